// The shapes of marks: corners in a square of side 1 around 0,0, y downwards. Closed ones are filled and stroked, open ones are strokes only.
import type { MarkShape } from '../styles/style';

type Corner = readonly [number, number];

export interface Figure {
  /** One ring that is closed, or lines that are not. */
  readonly closed: boolean;
  readonly parts: readonly (readonly Corner[])[];
}

const ring = (...corners: readonly Corner[]): Figure => ({ closed: true, parts: [corners] });
const lines = (...parts: readonly (readonly Corner[])[]): Figure => ({ closed: false, parts });

/** Corners on circles of two radii in turn, from the top clockwise. */
function regular(corners: number, outer = 0.5, inner = outer, from = 0): Corner[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = from + (i / corners) * 2 * Math.PI;
    const radius = i % 2 === 0 ? outer : inner;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)] as const;
  });
}

/** A sector of a circle, from the top clockwise, with the middle as a corner unless it is half a circle. */
function sector(from: number, degrees: number): Corner[] {
  const steps = 24;
  const arc = Array.from({ length: steps + 1 }, (_, i): Corner => {
    const angle = ((from + (degrees * i) / steps) * Math.PI) / 180;
    return [0.5 * Math.sin(angle), -0.5 * Math.cos(angle)];
  });
  return degrees === 180 ? arc : [[0, 0], ...arc];
}

/** A plus sign with arms of half-width b, turned. */
function plus(b: number, degrees: number): Corner[] {
  const a = 0.5;
  const corners: readonly Corner[] = [
    [-b, -a],
    [b, -a],
    [b, -b],
    [a, -b],
    [a, b],
    [b, b],
    [b, a],
    [-b, a],
    [-b, b],
    [-a, b],
    [-a, -b],
    [-b, -b],
  ];
  return corners.map(([x, y]) => turned(x, y, degrees));
}

export function turned(x: number, y: number, degrees: number): [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

const across: readonly Corner[] = [
  [-0.5, 0],
  [0.5, 0],
];
const upright: readonly Corner[] = [
  [0, -0.5],
  [0, 0.5],
];
const rising: readonly Corner[] = [
  [-0.5, 0.5],
  [0.5, -0.5],
];
const falling: readonly Corner[] = [
  [-0.5, -0.5],
  [0.5, 0.5],
];
const square: readonly Corner[] = [
  [-0.5, -0.5],
  [0.5, -0.5],
  [0.5, 0.5],
  [-0.5, 0.5],
];

export const figures: Readonly<Record<MarkShape, Figure>> = {
  circle: ring(...regular(48)),
  dot: ring(...regular(16, 0.15)),
  square: ring(...square),
  triangle: ring([0, -0.5], [0.5, 0.5], [-0.5, 0.5]),
  star: ring(...regular(10, 0.5, 0.2)),
  diamond: ring([0, -0.5], [0.5, 0], [0, 0.5], [-0.5, 0]),
  cross: ring(...plus(0.12, 0)),
  x: ring(...plus(0.12, 45)),
  cross_fill: ring(...plus(0.12, 0)),
  pentagon: ring(...regular(5)),
  hexagon: ring(...regular(6)),
  octagon: ring(...regular(8, 0.5, 0.5, Math.PI / 8)),
  square_with_corners: ring([-0.3, -0.5], [0.3, -0.5], [0.5, -0.3], [0.5, 0.3], [0.3, 0.5], [-0.3, 0.5], [-0.5, 0.3], [-0.5, -0.3]),
  equilateral_triangle: ring(...regular(3)),
  left_half_triangle: ring([0, 0.5], [0.5, 0.5], [0, -0.5]),
  right_half_triangle: ring([-0.5, 0.5], [0, 0.5], [0, -0.5]),
  half_square: ring([-0.5, -0.5], [0, -0.5], [0, 0.5], [-0.5, 0.5]),
  quarter_square: ring([-0.5, -0.5], [0, -0.5], [0, 0], [-0.5, 0]),
  diagonal_half_square: ring([-0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]),
  semi_circle: ring(...sector(-90, 180)),
  third_circle: ring(...sector(-90, 120)),
  quarter_circle: ring(...sector(-90, 90)),
  asterisk_fill: ring(...regular(16, 0.5, 0.17, Math.PI / 8)),
  arrow: ring([0, -0.5], [0.25, -0.25], [0.12, -0.25], [0.12, 0.5], [-0.12, 0.5], [-0.12, -0.25], [-0.25, -0.25]),
  filled_arrowhead: ring([0, 0], [-0.5, 0.5], [-0.5, -0.5]),
  carrow: ring([-0.5, -0.25], [0.5, 0], [-0.5, 0.25]),
  arrowhead: lines([
    [-0.5, -0.5],
    [0, 0],
    [-0.5, 0.5],
  ]),
  oarrow: lines([
    [-0.5, -0.25],
    [0.5, 0],
    [-0.5, 0.25],
  ]),
  line: lines(upright),
  vertline: lines(upright),
  horline: lines(across),
  slash: lines(rising),
  backslash: lines(falling),
  plus: lines(upright, across),
  times: lines(rising, falling),
  cross2: lines(rising, falling),
};
