// How cells become colours: the part of the style tree that rasters have (SE 1.1 § 11.6). Colours 0xRRGGBB, opacities 0 … 1.

/** A value and the colour it is shown in; `label` is what the legend says of it. */
export interface ColorStop {
  readonly value: number;
  readonly color: number;
  readonly opacity: number;
  readonly label: string | null;
}

/**
 * Values to colours. `ramp`: colours between stops are mixed, beyond them those of the first and the last; `intervals`: the colour of the first
 * stop whose value is greater than the cell's (the last stop may be infinite); `values`: exactly these values. What has no colour is transparent.
 */
export interface ColorMap {
  readonly kind: 'ramp' | 'intervals' | 'values';
  readonly stops: readonly ColorStop[];
}

/** Bands to be shown, from 1: three as red, green and blue, or one. */
export type Channels = { readonly red: number; readonly green: number; readonly blue: number } | { readonly grey: number };

/** Values drawn from black to white, or from none to all of a colour. */
export interface Stretch {
  readonly low: number;
  readonly high: number;
}

export interface RasterLook {
  readonly opacity: number;
  /** null: those that the file's bands mean. */
  readonly channels: Channels | null;
  readonly map: ColorMap | null;
  /** Colours by index. */
  readonly palette: readonly number[] | null;
  /** One for each channel; null: between the least and the greatest value that is shown. */
  readonly stretch: readonly (Stretch | null)[];
  /** Number of the band that tells opacity, from 1. */
  readonly alpha: number | null;
  /** Strength of a shading as if the sun stood in the north-west; null: none. */
  readonly relief: number | null;
}
