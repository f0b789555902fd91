// A raster as the source of a dataset: read once from end to end, its bytes kept by their digest, and what is published of it.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { gridExtent } from '../../core/model/coverage';
import { transformEnvelope } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import type { Envelope } from '../../core/model/geometry';
import type { CoverageDescription } from '../../core/ports/coverage-files';
import type { Values } from '../../core/ports/tables';
import type { DatasetEntry } from '../file';
import type { ApplyParts } from './work';

export interface KeptCoverage {
  readonly description: CoverageDescription;
  /** SHA-256 of the bytes. */
  readonly file: string;
  readonly bytes: number;
  readonly native: Envelope;
  /** Longitude, latitude. */
  readonly geographic: Envelope;
}

export interface CoverageAsked {
  readonly entry: DatasetEntry;
  readonly source: { readonly file: string; readonly layer?: string; readonly id?: string; readonly encoding?: string };
  readonly path: string;
  /** EPSG code told by the file of the partnership, or by the user. */
  readonly srs: number | undefined;
  /** Only look: nothing is kept. */
  readonly check: boolean;
}

/** Reads and keeps a GeoTIFF. Faults: those of the reader; invalid-value for what only vectors have; unavailable. */
export async function keepCoverage(asked: CoverageAsked, parts: ApplyParts): Promise<KeptCoverage> {
  const { entry, source, path, srs, check } = asked;
  for (const name of ['layer', 'id', 'encoding'] as const)
    if (source[name] !== undefined)
      throw new Fault(
        'invalid-value',
        `datasets.${entry.code}.source.${name}`,
        `datasets.${entry.code}.source.${name} : un raster n’a pas de « ${name} », retirez-le`,
      );
  const description = await parts.coverages.describe(path, srs === undefined ? {} : { srs });
  const native = gridExtent(description);
  const geographic = transformEnvelope(native, description.srid, 4326, 16);
  if (!Object.values(geographic).every(Number.isFinite))
    throw new Fault(
      'invalid-crs',
      'srs',
      `l’emprise du raster ne se trouve pas dans EPSG:${description.srid} : est-ce le bon système de coordonnées ?`,
    );
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  const file = hash.digest('hex');
  if (!check) await parts.coverages.keep(path, file);
  const kept = { description, file, bytes: statSync(path).size, native, geographic };
  for (const line of coverageReport(kept)) parts.say(`${entry.code} : ${line}`);
  return kept;
}

const number = (value: number): string => String(Number(value.toPrecision(6))).replace('.', ',');

/** What was found, in lines for the terminal. */
export function coverageReport({ description: about, bytes }: KeptCoverage): string[] {
  const cell = Math.hypot(about.transform[1], about.transform[4]);
  const kinds = { grey: 'valeurs', palette: 'palette de couleurs', rgb: 'couleurs' } as const;
  const [first] = about.statistics;
  return [
    `raster de ${about.width} × ${about.height} cellules de ${number(cell)} ${about.srid === 4326 || about.srid === 4258 || about.srid === 4171 ? '°' : 'm'}, ` +
      `${about.bands} bande${about.bands > 1 ? 's' : ''} ${about.sample} (${kinds[about.meaning.kind]}${about.meaning.alpha ? ' et opacité' : ''}), EPSG:${about.srid}, ` +
      `${about.overviews} aperçu${about.overviews > 1 ? 's' : ''}, ${number(bytes / 1e6)} Mo`,
    ...(first && about.meaning.kind === 'grey'
      ? [
          `valeurs de ${number(first.min)} à ${number(first.max)}, moyenne ${number(first.mean)}${about.nodata === null ? '' : `, sans valeur : ${number(about.nodata)}`}`,
        ]
      : []),
    ...about.notes,
  ];
}

/** The rows of feature_type and coverage. */
export function coverageValues(kept: KeptCoverage, digest: string): { readonly type: Values; readonly coverage: Values } {
  const { description: about } = kept;
  const box = (e: Envelope): number[] => [e.minX, e.minY, e.maxX, e.maxY];
  return {
    type: {
      table_schema: null,
      table_name: null,
      key_column: null,
      key_type: null,
      in_place: false,
      geometry_column: null,
      geometry_type: null,
      srid: about.srid,
      dimension: 2,
      columns: { json: [] },
      extent_native: box(kept.native),
      extent_geographic: box(kept.geographic),
      row_count: null,
      source_digest: digest,
      edited_since_import: false,
      edits: 0,
    },
    coverage: {
      file: kept.file,
      bytes: kept.bytes,
      width: about.width,
      height: about.height,
      bands: about.bands,
      sample: about.sample,
      meaning: about.meaning.kind,
      alpha: about.meaning.alpha,
      palette: about.palette,
      nodata: about.nodata,
      srid: about.srid,
      transform: about.transform,
      statistics: { json: about.statistics },
    },
  };
}
