/** What the explorers' modules say to each other, for those who check their JSDoc. */

type Vector = number[];
type Matrix = Vector[];
/** Axis 0, axis 1, or both. */
type Axis = 0 | 1 | null;

/** What Python allows a trait to be: its kind, and those of the bounds that this kind has (`_traits.py`). */
interface Limits {
  kind: "Number" | "Whole" | "Bool" | "Enum" | "Vector" | "Indices" | "Matrix";
  least: number;
  most: number;
  optional: boolean;
  distribution: boolean;
  below: number;
  rows: [number, number];
  columns: [number, number];
  square: boolean;
  values: unknown[];
}

/** The limits of each trait of the explorer whose module this is; Python writes them in front of it. */
declare const limits: { [trait: string]: Limits };

/** Traits by name. */
type Traits = { [trait: string]: any };

/** Caption, heads of the columns, and rows whose first entry is a head. */
type Table = (string | string[] | string[][])[];

type Panel = import("./panel.mjs").ExplorerPanel;

interface SliderOptions {
  trait?: string;
  label: string;
  least?: number;
  most?: number;
  min?: number;
  max?: number;
  step?: number;
  digits?: number;
  get?: () => number;
  set?: (value: number) => void;
  toValue?: (place: number) => number;
  toPlace?: (value: number) => number;
}

interface FieldOptions {
  trait: string;
  label: string;
  least: number;
  most: number;
  lines?: number;
  accept?: (numbers: Vector, text: string) => void;
}

/** A handle over a picture; see `handle` in scene.mjs. */
interface HandleOptions {
  label: string;
  axis: "x" | "y" | "both";
  kind: string;
  term?: string;
  mark?: string;
  at: () => Vector;
  moved: (place: Vector) => void;
  stepped: (way: Vector) => void;
  ends?: { [key: string]: () => void };
  state: () => { least: number; most: number; now: number; words: string };
}

/** What an explorer says of itself; see `explorer` in panel.mjs. */
interface Definition {
  title: string;
  link: { [trait: string]: Limits };
  check?: (state: Traits) => void;
  presets?: { [label: string]: Traits | ((panel: Panel) => Traits) };
  task?: { name: string; what: string; answer: string; done: (panel: Panel, begun: Traits) => boolean };
  build: (panel: Panel) => void;
  say: (panel: Panel) => string;
  hear?: (panel: Panel) => string;
  numbers: (panel: Panel) => Table[];
  python: (panel: Panel) => string[];
}

/** A widget's model, as anywidget hands it to a module. */
interface Model {
  get(trait: string): any;
  set(trait: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** The part of a page's address that belongs to one explorer; only a web page has one. */
interface Address {
  read(): string | null;
  write(query: string): void;
  href(query: string): string;
  onchange(listener: () => void): void;
}

interface Document {
  softbackIds?: number;
}
