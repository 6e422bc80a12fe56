/** A walk of one trait, step by step or running, and its path since something else moved it. */

const MOST_STEPS = 300; // of one run
const PAUSE = 100; // milliseconds between two steps of a run

export class Walk {
  path = [];
  #panel;
  #rule;
  #timer = 0;
  #running = false;
  #seen = {};

  /**
   * rule.trait: what walks; rule.around: traits that begin a new path when they change;
   * rule.next(): its value after a step; rule.arrived(): whether a run may end.
   */
  constructor(panel, rule) {
    this.#panel = panel;
    this.#rule = rule;
    panel.draws(() => this.#follow());
    panel.leaves(() => clearTimeout(this.#timer));
  }

  get steps() {
    return this.path.length - 1;
  }

  get running() {
    return this.#running;
  }

  step() {
    this.#follow();
    const place = this.#rule.next();
    this.path.push(place);
    this.#panel.set({ [this.#rule.trait]: place });
    this.#seen = this.#now();
  }

  run() {
    this.#follow();
    this.#running = true;
    this.#advance(MOST_STEPS);
  }

  pause() {
    clearTimeout(this.#timer);
    this.#running = false;
    this.#panel.redraw();
  }

  #advance(left) {
    this.#follow();
    if (!this.#running) return;
    if (left === 0 || this.#rule.arrived() || document.hidden) return this.pause();
    this.step();
    this.#timer = setTimeout(() => this.#advance(left - 1), PAUSE);
  }

  #now() {
    const text = (traits) => JSON.stringify(traits.map((trait) => this.#panel.get(trait)));
    return { place: text([this.#rule.trait]), around: text(this.#rule.around) };
  }

  /** A new place ends a run; new surroundings only begin a new path. */
  #follow() {
    const now = this.#now();
    const displaced = now.place !== this.#seen.place;
    if (!displaced && now.around === this.#seen.around) return;
    if (displaced && this.#running) this.pause();
    this.#seen = now;
    this.path = [this.#panel.get(this.#rule.trait)];
  }
}
