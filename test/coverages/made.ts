// Rasters for the tests: grids of heights written by the demonstration's writer, and the partnership entries that serve them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { geoTiffOf, type HeightGrid } from '../../server/demo/relief-file';
import type { DatasetEntry, GrantEntry } from '../../server/partnership/file';

/** 74 × 132 cells of 200 m over the department of the test world. */
export const grid = { width: 74, height: 132, west: 637_400, north: 6_872_600, size: 200, srid: 2154, nodata: -9999 } as const;

/** Height of a cell: every one has its own; a square of 4 × 4 in the north-west corner has none. */
export const heightAt = (column: number, row: number): number => (column < 4 && row < 4 ? grid.nodata : row * 74 + column - 200);

export const heights = (change: (column: number, row: number) => number = heightAt): HeightGrid => ({
  ...grid,
  cells: Int16Array.from({ length: grid.width * grid.height }, (_, i) => change(i % grid.width, Math.floor(i / grid.width))),
});

export function writeHeights(folder: string, name: string, made: HeightGrid = heights()): string {
  const path = join(folder, name);
  writeFileSync(path, geoTiffOf(made));
  return path;
}

export const everything: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];

/** A published raster of Antony, for everybody unless told otherwise. */
export const raster = (code: string, file: string, more: Partial<DatasetEntry> = {}): DatasetEntry => ({
  code,
  type: `antony:${code}`,
  title: { fr: `Relief ${code}`, en: `Relief ${code}` },
  kind: 'pooled',
  owner: 'antony',
  state: 'published',
  licence: 'etalab-2.0',
  source: { file },
  usageScale: 10_000,
  grants: [{ audience: 'public', actions: everything }],
  record: {
    id: `fr-92-mig-${code}`,
    abstract: { fr: 'Altitudes inventées pour les essais.', en: 'Invented heights.' },
    language: 'fre',
    topicCategories: ['elevation'],
    keywords: ['relief', 'altitude'],
    inspireThemes: ['el'],
    dates: { creation: '2024-01-10', publication: '2025-02-01', revision: '2026-04-20' },
    lineage: { fr: 'Calculées.', en: 'Computed.' },
    usageScale: 10_000,
    usageRules: { fr: 'Essais.' },
    conformity: [{ title: 'Règlement (UE) n° 1089/2010', date: '2010-12-08', degree: false }],
    limitation: more.grants && more.grants.some(grant => grant.audience !== 'public') ? '13.1.e' : 'none',
    ...(more.grants ? { conditions: { fr: 'Usage dans le cadre de la charte MIG.' } } : {}),
    contact: { organisation: 'Antony', email: 'sig@antony.example.org' },
  },
  ...more,
});

/** Centre of a cell, Lambert-93. */
export const centreOf = (column: number, row: number): readonly [number, number] => [
  grid.west + (column + 0.5) * grid.size,
  grid.north - (row + 0.5) * grid.size,
];

/** The cell at a place, null beside the grid. */
export function cellAt(x: number, y: number): readonly [number, number] | null {
  const column = Math.floor((x - grid.west) / grid.size);
  const row = Math.floor((grid.north - y) / grid.size);
  return column < 0 || row < 0 || column >= grid.width || row >= grid.height ? null : [column, row];
}
