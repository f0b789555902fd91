// The grids of tiles, defined once for XYZ, WMTS, OGC API Tiles and the viewer: OGC 17-083r4 (two-dimensional tile matrix sets). Cell sizes are
// in metres and coordinates x,y (east, north); rows count downwards from the point of origin, columns to the right.

export interface TileMatrix {
  /** The number of the level, the coarsest is 0. */
  readonly id: string;
  /** Ground covered by a pixel, in the unit of the CRS. */
  readonly cellSize: number;
  /** Of a pixel of 0.28 mm. */
  readonly scaleDenominator: number;
  /** Number of columns and rows. */
  readonly width: number;
  readonly height: number;
}

export interface TileMatrixSet {
  readonly id: string;
  readonly title: { readonly fr: string; readonly en: string };
  /** EPSG code. */
  readonly crs: number;
  /** URN of WMTS 1.0 annex E, null where the grid is none of those. */
  readonly wellKnownScaleSet: string | null;
  /** Address of the definition in the OGC's register, null for a grid of our own. */
  readonly uri: string | null;
  /** Upper left corner of every level, x,y. */
  readonly origin: { readonly x: number; readonly y: number };
  /** Width and height of a tile in pixels. */
  readonly tileSize: number;
  readonly matrices: readonly TileMatrix[];
}

const tileSize = 256;
/** § 6.1.1: the pixel in metres. */
const pixel = 0.00028;

const level = (id: number, cellSize: number, size: { readonly width: number; readonly height: number }): TileMatrix => ({
  id: String(id),
  cellSize,
  scaleDenominator: cellSize / pixel,
  ...size,
});

/** Half the circumference of the sphere of 6378137 m. */
const mercatorEdge = 20037508.342789244;

/** Annex D.1 of 17-083r4. The finest level has 3.7 cm a pixel at the equator. */
export const webMercatorQuad: TileMatrixSet = {
  id: 'WebMercatorQuad',
  title: { fr: 'Web Mercator', en: 'Web Mercator' },
  crs: 3857,
  wellKnownScaleSet: 'urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible',
  uri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad',
  origin: { x: -mercatorEdge, y: mercatorEdge },
  tileSize,
  matrices: Array.from({ length: 23 }, (_, z) => level(z, (2 * mercatorEdge) / tileSize / 2 ** z, { width: 2 ** z, height: 2 ** z })),
};

/** Width and height in metres of the plane that the Lambert-93 grid covers, from its origin: France in Europe. */
const lambertPlane = { width: 1_300_000, height: 6_000_000 };

/** Width of a pixel at the finest level of the Lambert-93 grid. */
const finest = 0.05;
const lambertLevels = 23;

/**
 * Lambert-93 with the origin and the levels of the French national grids (0, 12 000 000; level 20 has 20 cm, 21 has 10 cm), so that a tile has
 * the numbers that IGN's has. Cell sizes are those of French orthophotographs, 5, 10, 20 cm and their doubles, and pixels begin at whole
 * kilometres: at their own resolution such pictures need no resampling, whatever kilometre square they begin at.
 */
export const lambert93: TileMatrixSet = {
  id: 'Lambert93',
  title: { fr: 'Lambert-93', en: 'Lambert-93' },
  crs: 2154,
  wellKnownScaleSet: null,
  uri: null,
  origin: { x: 0, y: 12_000_000 },
  tileSize,
  matrices: Array.from({ length: lambertLevels }, (_, z) => {
    const cellSize = (finest * 2 ** (lambertLevels - 1)) / 2 ** z;
    const side = cellSize * tileSize;
    return level(z, cellSize, { width: Math.ceil(lambertPlane.width / side), height: Math.ceil(lambertPlane.height / side) });
  }),
};

/** Every grid, in the order they are advertised. */
export const tileMatrixSets: readonly TileMatrixSet[] = [webMercatorQuad, lambert93];

export const tileMatrixSetNamed = (id: string): TileMatrixSet | undefined => tileMatrixSets.find(set => set.id === id);
