export const WORDS = {
  "right": "Right: equal to {above}.",
  "same": "This is {above} once more. A step changes something.",
  "not-equal": "Not equal to {above}.",
  "numbers": "Your line gives {found}, {above} gives {wanted}, at {where}.",
  "one-case": "For {good} your line is right.",
  "few-classes": "For C = {good} your line is right, for others it is not.",
  "sign": "One sign makes the difference. It is marked.",
  "index": "One index makes the difference. Its place is marked.",
  "delta": "At the marked place a number and a delta have been confused.",
  "power": "One exponent makes the difference. Its place is marked.",
  "letter": "One letter or number makes the difference. It is marked.",
  "extra": "What is marked is too much.",
  "missing": "Something is missing at the marked place.",
  "times": "It is {above}, times `{what}`.",
  "more": "It is {above}, plus `{what}`.",
  "less": "It is {above}, minus `{what}`."
};
