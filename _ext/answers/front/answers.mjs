/* What every page does at its start. */

import { keepChoices, keepPredictions } from "./choices.mjs";
import { markSheets, openWorkbook } from "./workbook.mjs";

if (document.documentElement.dataset.content_root !== undefined) {
  keepChoices();
  keepPredictions();
  markSheets();
  const workbook = document.getElementById("workbook");
  if (workbook) openWorkbook(workbook);
}
