// The reader of GeoTIFF against files that GDAL made, in every kind that is read: each cell as GDAL reads it; and against real files, read in place.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridExtent, type CellGrid, type Cells } from '../../server/core/model/coverage';
import type { CoverageDescription } from '../../server/core/ports/coverage-files';
import { cellsUnder } from '../../server/formats/geotiff-cells';
import { describe as describeFile } from '../../server/formats/geotiff-describe';
import { BlockStore, openGeoTiff } from '../../server/formats/geotiff-file';
import { cellsOf } from '../../server/formats/tiff-image';
import { besideProject, describeWith, pythonPath, tools } from '../setup/needs';

async function described(path: string, srs?: number): Promise<CoverageDescription> {
  const tiff = await openGeoTiff(path);
  try {
    return await describeFile(tiff, srs === undefined ? {} : { srs });
  } finally {
    await tiff.file.close();
  }
}

interface Frame {
  readonly srid: number;
  readonly box: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  readonly width: number;
  readonly height: number;
}

async function cells(path: string, frame: Frame | null, clip: readonly Float64Array[] | null = null, srs?: number): Promise<CellGrid> {
  const found = await described(path, srs);
  const tiff = await openGeoTiff(path);
  try {
    const { srid, transform, width, height } = found;
    const own = { srid, box: gridExtent(found), width, height };
    return await cellsUnder(tiff, { srid, transform, frame: frame ?? own, clip }, new BlockStore(1_000_000));
  } finally {
    await tiff.file.close();
  }
}

const raw = (path: string, sample: CoverageDescription['sample']): Cells => cellsOf(sample, Uint8Array.from(readFileSync(path)).buffer);

interface Listed {
  readonly kind: CoverageDescription['sample'];
  readonly bands: number;
  readonly nodata: number | null;
  readonly transform: readonly number[];
  readonly overviews: number;
}

describeWith([tools.gdal], 'files that GDAL makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'geomig-tiff-'));
  const made = spawnSync(pythonPath, [join(__dirname, 'make-files.py'), folder], { encoding: 'utf8' });
  const listed: Readonly<Record<string, Listed>> =
    made.status === 0 ? (JSON.parse(readFileSync(join(folder, 'listed.json'), 'utf8')) as Record<string, Listed>) : {};
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string): string => join(folder, `${name}.tif`);

  test('GDAL has made them', () => {
    expect(made.stderr).not.toMatch(/Error|Traceback/);
    expect(Object.keys(listed).length).toBeGreaterThan(50);
  });

  test.each(Object.keys(listed).filter(name => !['utm', 'rotated'].includes(name)))('every cell of %s is what GDAL reads', async name => {
    const { kind, bands, nodata, transform, overviews } = listed[name] as Listed;
    const srs = name === 'no-crs' ? 2154 : undefined;
    const about = await described(file(name), srs);
    expect(about).toMatchObject({ sample: kind, bands, width: 83, height: 61, overviews });
    expect(about.transform).toEqual(transform);
    const read = await cells(file(name), null, null, srs);
    for (let band = 0; band < bands; band++) {
      const wanted = raw(join(folder, `${name}.${band}.raw`), kind);
      const got = read.bands[band] as Cells;
      if (name.startsWith('jpeg')) {
        // two decoders of JPEG differ by a step or two, more where colours are interpolated
        const off = [...wanted].reduce((sum, value, i) => sum + Math.abs(value - (got[i] ?? 0)), 0) / wanted.length;
        expect(off).toBeLessThan(6);
      } else expect(Buffer.from(got.buffer).equals(Buffer.from(wanted.buffer))).toBe(true);
    }
    const hidden = read.shown.filter(one => one === 0).length;
    if (name === 'rgb-masked') expect(hidden).toBe(11 * 61);
    else expect(hidden).toBe(nodata === null ? 0 : Math.ceil((83 * 61) / 17));
  });

  test('what the bands mean', async () => {
    expect((await described(file('rgb-pixel'))).meaning).toEqual({ kind: 'rgb', alpha: false });
    expect((await described(file('jpeg-ycbcr'))).meaning).toEqual({ kind: 'rgb', alpha: false });
    expect((await described(file('rgba'))).meaning).toEqual({ kind: 'rgb', alpha: true });
    expect((await described(file('plain-float32'))).meaning).toEqual({ kind: 'grey', alpha: false });
    const palette = await described(file('palette'));
    expect(palette.meaning).toEqual({ kind: 'palette', alpha: false });
    expect(palette.palette?.[10]).toBe((10 << 16) | (245 << 8) | 30);
  });

  test('statistics leave out what has no value', async () => {
    const [band] = (await described(file('nodata'))).statistics;
    const values = [...raw(join(folder, 'nodata.0.raw'), 'int16')].filter(value => value !== -9999);
    expect(band?.min).toBe(Math.min(...values));
    expect(band?.max).toBe(Math.max(...values));
    expect(band?.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
  });

  test('a rotated grid is read cell by cell', async () => {
    const about = await described(file('rotated'));
    const wanted = raw(join(folder, 'rotated.0.raw'), 'uint8');
    const [x0, a, b, y0, c, d] = about.transform;
    for (const [column, row] of [
      [0, 0],
      [40, 30],
      [82, 60],
    ] as const) {
      const x = x0 + (column + 0.5) * a + (row + 0.5) * b;
      const y = y0 + (column + 0.5) * c + (row + 0.5) * d;
      const one = await cells(file('rotated'), {
        srid: 2154,
        box: { minX: x - 0.01, minY: y - 0.01, maxX: x + 0.01, maxY: y + 0.01 },
        width: 1,
        height: 1,
      });
      expect(one.bands[0]?.[0]).toBe(wanted[row * 83 + column]);
    }
  });

  test('a map of half the scale is read from the overview', async () => {
    const about = await described(file('overviews'));
    const seen = await cells(file('overviews'), { srid: 2154, box: gridExtent(about), width: 42, height: 31 });
    const gdal = spawnSync(
      pythonPath,
      [
        '-c',
        `from osgeo import gdal; import sys; d = gdal.Open(sys.argv[1]); b = d.GetRasterBand(1).GetOverview(0); print(b.XSize, b.YSize, *memoryview(b.ReadRaster()).cast('h'))`,
        file('overviews'),
      ],
      { encoding: 'utf8' },
    );
    const [width, height, ...values] = gdal.stdout.trim().split(' ').map(Number);
    expect([width, height]).toEqual([42, 31]);
    expect([...(seen.bands[0] as Cells)]).toEqual(values);
  });

  test('nearest neighbour in another CRS, as GDAL warps', async () => {
    const box = { minX: 636000, minY: 6869000, maxX: 640000, maxY: 6872000 };
    const read = await cells(file('degrees'), { srid: 2154, box, width: 200, height: 150 });
    const wanted = raw(join(folder, 'warped.0.raw'), 'float32');
    let shown = 0;
    let off = 0;
    for (let i = 0; i < wanted.length; i++) {
      const got = read.shown[i] === 1 ? read.bands[0]?.[i] : -1;
      if (wanted[i] !== -1) shown++;
      if (got !== wanted[i]) off++;
    }
    expect(shown).toBeGreaterThan(5_000);
    // a pixel whose middle lies on the border of two cells, to a thousandth of a cell
    expect(off).toBeLessThan(shown * 0.002);
  });

  test('rings cut: pixels whose middle lies outside are not shown', async () => {
    const about = await described(file('plain-uint8'));
    const { minX, maxY } = gridExtent(about);
    // ten cells by five, with a hole of one cell
    const ring = (x0: number, y0: number, x1: number, y1: number): Float64Array =>
      Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1, x0, y0).map((value, i) => (i % 2 === 0 ? minX + value * 20 : maxY - value * 20));
    const read = await cells(file('plain-uint8'), null, [ring(0, 0, 10, 5), ring(3, 2, 4, 3)]);
    expect(read.shown.filter(one => one === 1)).toHaveLength(49);
    expect(read.shown[2 * 83 + 3]).toBe(0);
    expect(read.shown[2 * 83 + 4]).toBe(1);
    expect(read.shown[5 * 83]).toBe(0);
  });

  test('a CRS that the file does not tell, or that the server does not speak', async () => {
    await expect(described(file('no-crs'))).rejects.toMatchObject({ kind: 'missing-parameter', locator: 'srs' });
    expect((await described(file('no-crs'), 3949)).srid).toBe(3949);
    await expect(described(file('utm'))).rejects.toMatchObject({ kind: 'invalid-crs', locator: 'srs' });
    expect((await described(file('zone'))).srid).toBe(3949);
  });
});

describeWith([tools.gdal, tools.rasters], 'real rasters, read in place', () => {
  const real = (name: string): string => besideProject('data', 'raster', name);

  test.each([
    ['derived_mnt1m_ign_lidar_0292_6833_cog.tif', { sample: 'float32', srid: 2154, overviews: 1, nodata: -9999, compression: 'deflate' }],
    ['ignpdaltools_ground_mask.tif', { sample: 'float64', srid: 2154, overviews: 0 }],
    ['ignpdaltools_test_data_rgb.tif', { sample: 'uint8', srid: 2154, bands: 3, meaning: { kind: 'rgb', alpha: false }, nodata: 255 }],
    ['openlayers_elevation-i16.tif', { sample: 'int16', srid: 4326, nodata: -9999, compression: 'lzw' }],
  ] as const)('%s: description, statistics and cells are those of GDAL', async (name, wanted) => {
    const about = await described(real(name));
    expect(about).toMatchObject(wanted);
    const script = `from osgeo import gdal; import sys, json
d = gdal.Open(sys.argv[1]); s = d.GetRasterBand(1).ComputeStatistics(False)
sys.stdout.buffer.write(json.dumps(s).encode() + b'\\n' + d.GetRasterBand(1).ReadRaster())`;
    const { stdout } = spawnSync(pythonPath, ['-c', script, real(name)], {
      maxBuffer: 2 ** 26,
      env: { ...process.env, GDAL_PAM_ENABLED: 'NO' },
    });
    const end = stdout.indexOf(10);
    const [min, max, mean, deviation] = JSON.parse(stdout.toString('utf8', 0, end)) as number[];
    const [band] = about.statistics;
    if (about.bands === 1) {
      expect([band?.min, band?.max]).toEqual([min, max]);
      expect(band?.mean).toBeCloseTo(mean ?? 0, 3);
      expect(band?.deviation).toBeCloseTo(deviation ?? 0, 3);
    }
    const read = await cells(real(name), null);
    expect(Buffer.from((read.bands[0] as Cells).buffer).equals(stdout.subarray(end + 1))).toBe(true);
  });

  test('an orthophoto in a CRS that is not ours is refused by name', async () => {
    await expect(described(real('openlayers_dop-rgb.tif'))).rejects.toMatchObject({
      kind: 'invalid-crs',
      message: expect.stringContaining('EPSG:25832') as unknown,
    });
  });
});
