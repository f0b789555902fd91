// What an adaptor asks of a FeatureSource, in no protocol's words.
import type { Filter } from '../filter/filter';
import type { Action } from '../policy/charter';

export interface SortKey {
  readonly property: string;
  readonly descending: boolean;
}

export interface Page {
  /** null: no limit but the server's own. */
  readonly count: number | null;
  /** Number of features skipped. */
  readonly start: number;
}

export interface Query {
  /** Short name of the feature type (FeatureType.name), as resolved through the source. */
  readonly type: string;
  readonly action: Action;
  readonly filter: Filter;
  /** Names of the properties wanted (geometry's name included); undefined: all that the caller may see. */
  readonly properties?: readonly string[];
  readonly sort: readonly SortKey[];
  readonly page: Page;
  /** EPSG code of the coordinates in the answer. */
  readonly srid: number;
  /** For scene(): size of a pixel in units of that CRS; details below it may be left out. */
  readonly resolution?: number;
  /** For scene(): a box that is asked for may give what lies within a metre of it, as the index has it; a picture does not show that. */
  readonly roughly?: true;
}

export const wholeType = (type: string, action: Action, srid: number): Query => ({
  type,
  action,
  srid,
  filter: { op: 'all' },
  sort: [],
  page: { count: null, start: 0 },
});

/** How text() prints members; axis order `flip` turns to north,east on the way out. */
export type Rendering =
  | {
      readonly format: 'gml';
      readonly version: '3.2' | '3.1.1' | '2.1.2';
      readonly srsName: string;
      readonly flip: boolean;
      readonly decimals: number;
    }
  /** Without `flip` coordinates are x,y, as RFC 7946 wants them; OGC API - Features Part 2 writes them in the order of the CRS. */
  | { readonly format: 'geojson'; readonly decimals: number; readonly flip?: boolean }
  | { readonly format: 'csv'; readonly geometry: 'wkt' | 'xy' | 'none' };
