// What a map shows: a feature type or a coverage, with its styles and the scale range of the caller's grant.
import type { CoverageLook } from './coverage';
import type { FeatureType } from './feature-type';
import type { Text } from './text';

export interface StyleRef {
  readonly name: string;
  readonly title: Text;
  /** SE 1.1 / SLD 1.0 document as stored. */
  readonly document: string;
}

export interface Layer {
  /** `prefix:local`; `local` alone is accepted where it is unique. */
  readonly name: string;
  readonly title: Text;
  readonly abstract?: Text;
  readonly keywords: readonly string[];
  /** Of a coverage: its names, extent and CRS; it has no properties, and its geometry is the footprint, which is in no table. */
  readonly type: FeatureType;
  /** The raster that the layer shows; absent: features. */
  readonly coverage?: CoverageLook;
  /** First is the default. */
  readonly styles: readonly StyleRef[];
  /** The caller may ask GetFeatureInfo. */
  readonly queryable: boolean;
  /** R44: denominators between which the caller may see the map; the pixel is 0.28 mm. */
  readonly scale: { readonly min: number | null; readonly max: number | null };
  /** Identifier of the metadata record and of the resource, for MetadataURL and Identifier. */
  readonly record: string | null;
  readonly resourceId: string;
  /** Text T1 with owner and date (R50). */
  readonly attribution: string;
  /** R08: shown as « (gelée) ». */
  readonly frozen: boolean;
  readonly licence: string | null;
  readonly usageScale: number | null;
  /** Whether everyone may see it (decides on cache headers, R47). */
  readonly public: boolean;
}
