/* Sphinx puts every function whose name holds the word before the chapters. Here only a whole name
   comes first, and the shortest of several. */
Scorer.objNameMatch = 30;
Scorer.objPrio = {};
Scorer.score = ([, name, , kind, score]) => (kind ? score - name.split(".").length : score);
