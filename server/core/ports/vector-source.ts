// A file of vector data opened for reading, and the report of loading it into a table. Formats implement the source, the store the loading;
// the partnership's import holds both through these types only.
import type { GeometryType, ScalarType } from '../model/feature-type';
import type { Envelope, Geometry } from '../model/geometry';
import type { Language } from '../model/text';

export type VectorFormat = 'geojson' | 'geojson-seq' | 'gpkg' | 'shapefile' | 'dbf' | 'csv' | 'flatgeobuf' | 'gml';

export interface SourceField {
  /** Exactly as the file writes it. */
  readonly name: string;
  readonly type: ScalarType;
  readonly nillable: boolean;
}

export interface SourceGeometry {
  /** Promoted: a file of polygons and multipolygons is one of multipolygons. */
  readonly type: GeometryType;
  /** EPSG code the x,y coordinates are in. */
  readonly srid: number;
  /** 3 as soon as one row has a height; measures (M) are never kept. */
  readonly dimension: 2 | 3;
}

export type SourceValue = string | number | boolean | null;

export interface SourceRow {
  /** Line of a text file, else number of the feature, from 1: what a report names. */
  readonly line: number;
  /** The file's own integer key (GeoPackage), where it has one. */
  readonly id?: number;
  /** In the order of the source's fields; dates as 2026-01-31, instants in ISO 8601, integers past 2^53 as digits. */
  readonly values: readonly SourceValue[];
  readonly geometry: Geometry | null;
  /** Why the row cannot be taken; values and geometry mean nothing then. */
  readonly problem?: string;
}

export interface VectorSource {
  readonly format: VectorFormat;
  /** Every layer of the file; this source reads `layer`. */
  readonly layers: readonly string[];
  readonly layer: string;
  readonly fields: readonly SourceField[];
  /** Name of the file's own integer key, where it has one: rows carry it as `id`, it is no field. */
  readonly idName?: string;
  /** null: a table without geometry. */
  readonly geometry: SourceGeometry | null;
  /** Number of features, for progress; null where the file does not tell. */
  readonly total: number | null;
  /** The encoding its texts are read with. */
  readonly encoding: string;
  /** What was assumed, skipped or turned on the way, in sentences for the report. */
  readonly notes: readonly string[];
  /** Streams the rows in bounded memory; may be called again. Fault `malformed` when the file breaks off. */
  rows(signal?: AbortSignal): AsyncIterable<SourceRow>;
  /** Frees workers and temporary files; safe to call twice. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Needed where the file has several. */
  readonly layer?: string;
  /** EPSG code told by the user; wins over what the file says. */
  readonly srs?: number;
  /** Told by the user; wins over what the file says. */
  readonly encoding?: string;
  /** By content and extension when absent. */
  readonly format?: VectorFormat;
  /** Of notes and problems; French when absent. */
  readonly language?: Language;
}

export interface LoadOptions {
  /** Schema of published data, `data`. */
  readonly schema: string;
  /** Name for the table, made safe by `nameOf`. */
  readonly table: string;
  /** Source field whose values identify the features: unique, without gaps, text or integer. Absent: the file's own integer key or a running number. */
  readonly key?: string;
  /** EPSG code to store in; absent: the source's where the server speaks it, else 2154. */
  readonly srid?: number;
  /** Replace a table of that name; without it an existing one is a conflict. */
  readonly replace?: boolean;
  /** Of the report; French when absent. */
  readonly language?: Language;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | null) => void;
}

export interface LoadedField {
  /** As the file writes it. */
  readonly source: string;
  /** Name of column and property: safe in SQL and XML. */
  readonly name: string;
  readonly type: ScalarType;
  readonly nillable: boolean;
}

/** Lines with reasons; the list is capped, `total` is not. */
export interface LoadIssues {
  readonly total: number;
  readonly listed: readonly { readonly line: number; readonly reason: string }[];
}

export interface LoadReport {
  readonly schema: string;
  readonly table: string;
  /** Rows in the table. */
  readonly rows: number;
  readonly repaired: LoadIssues;
  readonly refused: LoadIssues;
  readonly key: { readonly column: string; readonly type: 'integer' | 'text'; readonly source: string | null };
  /** Properties of the table in order, without the geometry and without a key that is ours alone. */
  readonly fields: readonly LoadedField[];
  readonly geometry: { readonly column: string; readonly type: GeometryType; readonly srid: number; readonly dimension: 2 | 3 } | null;
  /** null when no row has a geometry. */
  readonly extent: { readonly native: Envelope; readonly geographic: Envelope } | null;
  readonly notes: readonly string[];
}

/** Loads a source into a table, all or nothing. */
export type Load = (source: VectorSource, options: LoadOptions) => Promise<LoadReport>;
