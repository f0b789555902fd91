// A territory that is nobody's: cells grow from the communes' centres until each has its commune's area (a power diagram whose weights
// are adjusted), are cut to a reach around their centre, and are bent by one smooth field, so that shared borders stay shared.
// Coordinates are Lambert-93 metres, x,y.
import { transformPoint } from '../core/model/crs';
import { communeFacts, type CommuneFact } from './facts';

export type Point = readonly [number, number];
export type Ring = readonly Point[];

export interface Cell {
  readonly fact: CommuneFact;
  readonly centre: Point;
  /** Closed ring before bending: streets are laid out in these straight coordinates. */
  readonly straight: Ring;
  /** Closed ring as published. */
  readonly ring: Ring;
}

/** Bends a point: long waves only, so that a house stays a house. */
export function bend([x, y]: Point): Point {
  return [
    round(x + 90 * Math.sin(y / 1100) + 35 * Math.sin(x / 620 + y / 410)),
    round(y + 80 * Math.sin(x / 950) + 30 * Math.sin(y / 540 - x / 700)),
  ];
}

const round = (value: number): number => Math.round(value * 100) / 100;

export function growTerritory(): Cell[] {
  const sites = communeFacts.map(fact => {
    const [x, y] = transformPoint(fact.lon, fact.lat, 4326, 2154);
    return { fact, x, y, weight: 0, reach: 1.45 * Math.sqrt((fact.area * 1e6) / Math.PI) };
  });
  type Site = (typeof sites)[number];
  const cellOf = (site: Site): Point[] => {
    let ring = circle(site.x, site.y, site.reach, 40);
    for (const other of sites) {
      if (other === site || Math.hypot(other.x - site.x, other.y - site.y) > site.reach + other.reach + 4_000) continue;
      ring = clip(ring, site, other);
      if (ring.length < 3) break;
    }
    return ring;
  };
  // weights rise where the cell is too small and fall where it is too large
  for (let turn = 0; turn < 60; turn++) for (const site of sites) site.weight += 0.18 * (site.fact.area * 1e6 - areaOf(cellOf(site)));
  return sites.map(site => {
    const ring = close(cellOf(site).map(([x, y]) => [round(x), round(y)] as const));
    return { fact: site.fact, centre: [site.x, site.y], straight: ring, ring: close(densify(ring, 120).map(bend)) };
  });
}

function circle(x: number, y: number, radius: number, corners: number): Point[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}

interface Weighted {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** Keeps the part of a convex ring that is nearer to `site` than to `other` in power distance. */
function clip(ring: readonly Point[], site: Weighted, other: Weighted): Point[] {
  const a = 2 * (other.x - site.x);
  const b = 2 * (other.y - site.y);
  const c = other.x ** 2 + other.y ** 2 - other.weight - (site.x ** 2 + site.y ** 2 - site.weight);
  const side = ([x, y]: Point): number => a * x + b * y - c;
  const kept: Point[] = [];
  for (const [index, point] of ring.entries()) {
    const next = ring[(index + 1) % ring.length] ?? point;
    const here = side(point);
    const there = side(next);
    if (here <= 0) kept.push(point);
    if (here < 0 !== there < 0) {
      const t = here / (here - there);
      kept.push([point[0] + t * (next[0] - point[0]), point[1] + t * (next[1] - point[1])]);
    }
  }
  return kept;
}

export function areaOf(ring: readonly Point[]): number {
  let twice = 0;
  for (const [index, [x, y]] of ring.entries()) {
    const [nx, ny] = ring[(index + 1) % ring.length] ?? [x, y];
    twice += x * ny - nx * y;
  }
  return Math.abs(twice) / 2;
}

function close(ring: readonly Point[]): Ring {
  const [first] = ring;
  const last = ring.at(-1);
  return first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, first] : ring;
}

/** Adds points so that no edge is longer than `step`; the same points whichever way an edge is walked. */
function densify(ring: Ring, step: number): Point[] {
  const points: Point[] = [];
  for (const [index, from] of ring.slice(0, -1).entries()) {
    const to = ring[index + 1] ?? from;
    const forward = from[0] < to[0] || (from[0] === to[0] && from[1] <= to[1]);
    const [a, b] = forward ? [from, to] : [to, from];
    const parts = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / step));
    const along = Array.from({ length: parts }, (_, i) => {
      const t = (forward ? i : parts - i) / parts;
      return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])] as const;
    });
    points.push(...along);
  }
  return points;
}

/** Whether a point is inside a convex or other closed ring (even-odd). */
export function inside([x, y]: Point, ring: Ring): boolean {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i] ?? [0, 0];
    const [xj, yj] = ring[j] ?? [0, 0];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}
