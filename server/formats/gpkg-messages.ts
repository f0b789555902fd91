// What the reader of GeoPackages and its worker say to each other: one question, one answer.
import type { SQLiteValue } from 'node-sqlite3-wasm';

export interface GpkgLayer {
  readonly name: string;
  readonly geometryColumn: string | null;
  /** As gpkg_geometry_columns declares it, `MULTIPOLYGON`. */
  readonly declaredType: string | null;
  readonly organization: string | null;
  readonly code: number | null;
  readonly definition: string | null;
}

export interface GpkgColumn {
  readonly name: string;
  /** Declared type in capitals, `TEXT(24)`. */
  readonly type: string;
  readonly notNull: boolean;
  readonly key: boolean;
}

export type GpkgRequest =
  | { readonly ask: 'layers' }
  | { readonly ask: 'describe'; readonly table: string; readonly geometryColumn: string | null }
  | { readonly ask: 'start'; readonly table: string; readonly columns: readonly string[] }
  | { readonly ask: 'next' }
  | { readonly ask: 'stop' };

export type GpkgReply =
  | { readonly about: 'layers'; readonly layers: readonly GpkgLayer[]; readonly skipped: readonly string[] }
  | {
      readonly about: 'describe';
      readonly columns: readonly GpkgColumn[];
      readonly total: number;
      /** WKB type codes that occur, each with or without heights. */
      readonly types: readonly (readonly [number, boolean])[];
    }
  | { readonly about: 'batch'; readonly rows: readonly (readonly SQLiteValue[])[]; readonly done: boolean }
  | { readonly about: 'error'; readonly message: string };
