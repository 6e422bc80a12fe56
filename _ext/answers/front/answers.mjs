/* What every page does at its start. */

import { keepChoices, keepPredictions, markSheets } from "./choices.mjs";

if (document.documentElement.dataset.content_root !== undefined) {
  keepChoices();
  keepPredictions();
  markSheets();
}
