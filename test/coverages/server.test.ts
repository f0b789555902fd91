// Coverages on the whole server: imported by apply, listed, drawn and asked by WMS in every CRS, unknown to WFS, and nobody sees more of them than a grant lets through.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { crsOf, transformPoint } from '../../server/core/model/crs';
import { testServer, type Answer, type TestServer } from '../setup/server';
import { accounts, worldFile, type Account } from '../world/world';
import { boxes } from '../world/places';
import { cellAt, centreOf, everything, grid, heightAt, heights, raster, writeHeights } from './made';

const extent = { minX: grid.west, minY: grid.north - grid.height * grid.size, maxX: grid.west + grid.width * grid.size, maxY: grid.north };

const ramp = `<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.0.0"><NamedLayer><Name>relief</Name><UserStyle><FeatureTypeStyle><Rule><RasterSymbolizer>
<Opacity>1</Opacity><ColorMap type="ramp"><ColorMapEntry color="#000000" quantity="0" label="bas"/><ColorMapEntry color="#FF0000" quantity="1000" label="moyen"/><ColorMapEntry color="#FFFFFF" quantity="9000"/></ColorMap>
</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;
const classes = `<CoverageStyle xmlns="http://www.opengis.net/se" version="1.1.0"><Rule><Description><Title>Altitudes</Title></Description><RasterSymbolizer>
<ColorMap><Categorize fallbackValue="#000000"><LookupValue>Rasterdata</LookupValue><Value>#112233</Value><Threshold>500</Threshold><Value>#445566</Value><Threshold>2000</Threshold><Value>#778899</Value></Categorize></ColorMap>
</RasterSymbolizer></Rule></CoverageStyle>`;

let mig: TestServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-coverages-'));
  const file = writeHeights(folder, 'relief.tif');
  writeFileSync(join(folder, 'ramp.sld'), ramp);
  writeFileSync(join(folder, 'classes.sld'), classes);
  mig = await testServer({ world: null });
  const partners = { audience: 'partners', actions: everything } as const;
  await mig.apply({
    ...worldFile,
    datasets: [
      ...(worldFile.datasets ?? []).filter(({ code }) => code === 'arb'),
      raster('mnt', file),
      raster('mntstyle', file, {
        style: [
          { name: 'rampe', file: join(folder, 'ramp.sld') },
          { name: 'classes', file: join(folder, 'classes.sld') },
        ],
      }),
      raster('mntzone', file, { grants: [{ ...partners, area: 'territory' }] }),
      raster('mntvue', file, { grants: [{ ...partners, actions: ['view'], scaleMin: 100_000, scaleMax: 1_000_000 }] }),
      raster('mntnomme', file, {
        grants: [{ audience: 'named_partner', partner: 'issy', actions: everything }],
        record: {
          ...(raster('mntnomme', file).record as object),
          visibility: 'owner',
          reason: 'Essai',
          limitation: '13.1.b',
          conditions: { fr: 'Essai.' },
        },
      }),
    ],
  });
}, 120_000);
afterAll(async () => {
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

const mapPath = (layer: string, box: Box, width: number, height: number, srid = 2154, style = ''): string => {
  const { northFirst } = crsOf(srid);
  const bbox = northFirst ? [box.minY, box.minX, box.maxY, box.maxX] : [box.minX, box.minY, box.maxX, box.maxY];
  return `/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=${layer}&STYLES=${style}&CRS=EPSG:${srid}&BBOX=${bbox.join(',')}&WIDTH=${width}&HEIGHT=${height}&FORMAT=image/png&TRANSPARENT=TRUE`;
};

async function picture(path: string, as: Account | null = null): Promise<PNG> {
  const answer = await mig.ask(path, { as });
  if (answer.headers['content-type'] !== 'image/png') throw new Error(answer.text);
  return PNG.sync.read(answer.bytes);
}

const pixel = (png: PNG, x: number, y: number): number[] => [...png.data.subarray((y * png.width + x) * 4, (y * png.width + x) * 4 + 4)];

const values = heights()
  .cells.filter(value => value !== grid.nodata)
  .sort();

/** The grey of a height in the default style: a stretch between the values that leave two in a hundred on either side. */
function greyOf(height: number): number {
  const at = (part: number): number => values[Math.min(values.length - 1, Math.floor(part * values.length))] ?? 0;
  const value = ((height - at(0.02)) * 255) / (at(0.98) - at(0.02));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
}

test('a map of one pixel for each cell shows each cell, grey by its value, and nothing where there is none', async () => {
  const png = await picture(mapPath('antony:mnt', extent, grid.width, grid.height));
  const wrong = [];
  for (let row = 0; row < grid.height; row++)
    for (let column = 0; column < grid.width; column++) {
      const height = heightAt(column, row);
      const grey = greyOf(height);
      const wanted = height === grid.nodata ? [0, 0, 0, 0] : [grey, grey, grey, 255];
      if (JSON.stringify(pixel(png, column, row)) !== JSON.stringify(wanted)) wrong.push([column, row, pixel(png, column, row), wanted]);
    }
  expect(wrong.slice(0, 5)).toEqual([]);
});

test.each([2154, 3857, 4326, 4258, 3949, 3035])('in EPSG:%i each pixel shows the cell that lies under its middle', async srid => {
  const [cx, cy] = transformPoint((extent.minX + extent.maxX) / 2, (extent.minY + extent.maxY) / 2, 2154, srid);
  const unit = crsOf(srid).geographic ? 0.15 : 15_000;
  const box = { minX: cx - unit, minY: cy - unit, maxX: cx + unit, maxY: cy + unit };
  const size = 150;
  const png = await picture(mapPath('antony:mntstyle', box, size, size, srid, 'classes'));
  let wrong = 0;
  let shown = 0;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [px, py] = transformPoint(box.minX + ((x + 0.5) * 2 * unit) / size, box.maxY - ((y + 0.5) * 2 * unit) / size, srid, 2154);
      const cell = cellAt(px, py);
      const height = cell ? heightAt(...cell) : grid.nodata;
      const wanted =
        height === grid.nodata ? '0,0,0,0' : height < 500 ? '17,34,51,255' : height < 2000 ? '68,85,102,255' : '119,136,153,255';
      if (height !== grid.nodata) shown++;
      if (pixel(png, x, y).join() !== wanted) wrong++;
    }
  expect(shown).toBeGreaterThan(3_000);
  // a pixel whose middle lies on the very border of two cells
  expect(wrong).toBeLessThan(shown * 0.003);
});

test('a colour map mixes its colours between the stops, and STYLES names the style', async () => {
  const [x, y] = centreOf(10, 9);
  const height = heightAt(10, 9);
  const box = { minX: x - 50, minY: y - 50, maxX: x + 50, maxY: y + 50 };
  const png = await picture(mapPath('antony:mntstyle', box, 4, 4));
  expect(pixel(png, 1, 1)).toEqual([Math.round((255 * height) / 1000), 0, 0, 255]);
  const answer = await mig.ask(mapPath('antony:mntstyle', box, 4, 4, 2154, 'inconnu'));
  expect(answer.text).toContain('StyleNotDefined');
});

test('layers are laid in the order of the request: features over the raster, the raster over features', async () => {
  const [west, south, east, north] = boxes.antony;
  const [minX, minY] = transformPoint(west, south, 4326, 2154);
  const [maxX, maxY] = transformPoint(east, north, 4326, 2154);
  const box = { minX, minY, maxX, maxY };
  const alone = await picture(mapPath('antony:mnt', box, 200, 200));
  const over = await picture(mapPath('antony:mnt,antony:arbres', box, 200, 200).replace('STYLES=', 'STYLES=,'));
  const under = await picture(mapPath('antony:arbres,antony:mnt', box, 200, 200).replace('STYLES=', 'STYLES=,'));
  expect(under.data.equals(alone.data)).toBe(true);
  expect(over.data.equals(alone.data)).toBe(false);
});

test('rasters that would fill the memory together are refused before one is read', async () => {
  const asked = (many: number, size: number): Promise<Answer> =>
    mig.ask(mapPath(Array(many).fill('antony:mnt').join(), extent, size, size).replace('STYLES=', `STYLES=${','.repeat(many - 1)}`));
  const refused = await asked(20, 4096);
  expect(refused.text).toContain('20 rasters are too many for a map of 4096 × 4096 pixels');
  expect(refused.headers['content-type']).toMatch(/xml/);
  expect((await asked(20, 256)).headers['content-type']).toBe('image/png');
});

test('JPEG, 1.1.1 and a tile show the same raster', async () => {
  const jpeg = await mig.ask(mapPath('antony:mnt', extent, 74, 132).replace('image/png&TRANSPARENT=TRUE', 'image/jpeg'));
  expect(jpeg.headers['content-type']).toBe('image/jpeg');
  const old = await picture(
    `/wms?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=antony:mnt&STYLES=&SRS=EPSG:2154&BBOX=${extent.minX},${extent.minY},${extent.maxX},${extent.maxY}&WIDTH=74&HEIGHT=132&FORMAT=image/png&TRANSPARENT=TRUE`,
  );
  const now = await picture(mapPath('antony:mnt', extent, 74, 132));
  expect(old.data.equals(now.data)).toBe(true);
  const tile = await mig.ask('/tiles/antony:mnt/10/518/352.png');
  expect(tile.headers['content-type']).toBe('image/png');
  expect(PNG.sync.read(tile.bytes).data.some((value, i) => i % 4 === 3 && value === 255)).toBe(true);
});

test('capabilities tell extent and queryable; WFS knows nothing of it', async () => {
  const wms = await mig.ask('/wms?SERVICE=WMS&REQUEST=GetCapabilities');
  const layer = /<Layer[^>]*>\s*<Name>antony:mnt<\/Name>[\s\S]*?<\/Layer>/.exec(wms.text)?.[0] ?? '';
  expect(layer).toMatch(/queryable="1"/);
  expect(layer).toContain(
    `<BoundingBox CRS="EPSG:2154" minx="${extent.minX}" miny="${extent.minY}" maxx="${extent.maxX}" maxy="${extent.maxY}"/>`,
  );
  const wfs = await mig.ask('/wfs?SERVICE=WFS&REQUEST=GetCapabilities');
  expect(wfs.text).not.toContain('mnt');
  expect(wfs.text).toContain('antony:arbres');
  for (const request of ['GetFeature', 'DescribeFeatureType']) {
    const raster = await mig.ask(`/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=${request}&TYPENAMES=antony:mnt`);
    const unknown = await mig.ask(`/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=${request}&TYPENAMES=antony:xyz`);
    expect([raster.status, raster.text]).toEqual([unknown.status, unknown.text.replaceAll('xyz', 'mnt')]);
  }
  const described = await mig.ask('/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=DescribeLayer&SLD_VERSION=1.1.0&LAYERS=antony:mnt');
  expect(described.text).toContain('<owsType>wcs</owsType>');
  expect(described.text).toContain('<se:CoverageName>antony:mnt</se:CoverageName>');
  const collections = await mig.ask('/ogc/collections?f=json');
  expect(collections.text).not.toContain('mntstyle');
});

const infoPath = (layer: string, column: number, row: number, format: string): string =>
  mapPath(layer, extent, grid.width, grid.height).replace('GetMap', 'GetFeatureInfo') +
  `&QUERY_LAYERS=${layer}&I=${column}&J=${row}&INFO_FORMAT=${encodeURIComponent(format)}`;

test('feature info tells the value of the cell in every format, and nothing where there is none', async () => {
  const height = heightAt(30, 40);
  const text = await mig.ask(infoPath('antony:mnt', 30, 40, 'text/plain'));
  expect(text.text).toContain(`Valeur = ${height}\n`);
  const json = JSON.parse((await mig.ask(infoPath('antony:mnt', 30, 40, 'application/json'))).text) as {
    numberReturned: number;
    features: { properties: unknown; geometry: { coordinates: number[] } }[];
  };
  expect(json.numberReturned).toBe(1);
  expect(json.features[0]?.properties).toEqual({ valeur: height });
  expect(json.features[0]?.geometry.coordinates).toEqual([...centreOf(30, 40)]);
  for (const format of ['application/vnd.ogc.gml', 'application/gml+xml; version=3.2']) {
    const gml = await mig.ask(infoPath('antony:mnt', 30, 40, format));
    expect(gml.text).toContain(`<antony:valeur>${height}</antony:valeur>`);
    expect(gml.text).not.toContain('DescribeFeatureType');
  }
  expect((await mig.ask(infoPath('antony:mnt', 30, 40, 'text/html'))).text).toContain(`<th>Valeur</th><td>${height}</td>`);
  expect((await mig.ask(infoPath('antony:mnt', 1, 1, 'text/plain'))).text).toBe('Aucun objet à cet endroit.\n');
});

test('the legend has a row for each colour', async () => {
  const legend = (style: string): Promise<Answer> =>
    mig.ask(`/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&LAYER=antony:mntstyle&STYLE=${style}&FORMAT=image/png`);
  const png = PNG.sync.read((await legend('rampe')).bytes);
  expect(pixel(png, 10, 10)).toEqual([0, 0, 0, 255]);
  expect(pixel(png, 10, 34)).toEqual([255, 0, 0, 255]);
  expect(pixel(png, 10, 58)).toEqual([255, 255, 255, 255]);
  const three = PNG.sync.read((await legend('classes')).bytes);
  expect(pixel(three, 10, 10)).toEqual([0x11, 0x22, 0x33, 255]);
  expect(pixel(three, 10, 58)).toEqual([0x77, 0x88, 0x99, 255]);
  const caps = await mig.ask('/wms?SERVICE=WMS&REQUEST=GetCapabilities');
  expect(caps.text).toContain(`<LegendURL width="${png.width}" height="${png.height}">`);
});

test('R43: outside the territory of the caller nothing is drawn, and nothing told', async () => {
  const size = { width: grid.width, height: grid.height };
  const png = await picture(mapPath('antony:mntzone', extent, size.width, size.height), accounts.nanterre);
  const [west, south, east, north] = boxes.nanterre;
  let shown = 0;
  for (let row = 0; row < grid.height; row++)
    for (let column = 0; column < grid.width; column++) {
      const [lon, lat] = transformPoint(...centreOf(column, row), 2154, 4326);
      const slack = 2e-4;
      const inside = lon > west + slack && lon < east - slack && lat > south + slack && lat < north - slack;
      const outside = lon < west - slack || lon > east + slack || lat < south - slack || lat > north + slack;
      const opaque = pixel(png, column, row)[3] === 255;
      if (opaque) shown++;
      if (inside) expect(opaque).toBe(true);
      if (outside) expect(pixel(png, column, row)).toEqual([0, 0, 0, 0]);
    }
  expect(shown).toBeGreaterThan(100);
  const caps = await mig.ask('/wms?SERVICE=WMS&REQUEST=GetCapabilities', { as: accounts.nanterre });
  const layer = /<Name>antony:mntzone<\/Name>[\s\S]*?<\/Layer>/.exec(caps.text)?.[0] ?? '';
  expect(layer).not.toContain(`minx="${extent.minX}"`);
  const there = await mig.ask(infoPath('antony:mntzone', 40, 110, 'text/plain'), { as: accounts.nanterre });
  expect(there.text).toBe('Aucun objet à cet endroit.\n');
  // the owner sees all
  const whole = await picture(mapPath('antony:mntzone', extent, size.width, size.height), accounts.antony);
  expect(pixel(whole, 40, 110)[3]).toBe(255);
  // who has no territory sees nothing of it
  const none = await picture(mapPath('antony:mntzone', extent, size.width, size.height), accounts.pld);
  expect(none.data.every(value => value === 0)).toBe(true);
});

test('R44: a raster that may only be viewed, between its scales; feature info is refused', async () => {
  const inside = await picture(mapPath('antony:mntvue', extent, 74, 132), accounts.nanterre);
  expect(pixel(inside, 40, 40)[3]).toBe(255);
  const [x, y] = centreOf(40, 40);
  const near = await picture(
    mapPath('antony:mntvue', { minX: x - 100, minY: y - 100, maxX: x + 100, maxY: y + 100 }, 100, 100),
    accounts.nanterre,
  );
  expect(near.data.every(value => value === 0)).toBe(true);
  const info = await mig.ask(infoPath('antony:mntvue', 30, 40, 'text/plain'), { as: accounts.nanterre });
  expect(info.text).toContain('LayerNotQueryable');
});

test('R23, R47: a raster of others is unknown where its record is hidden, refused where it is not', async () => {
  const hidden = await mig.ask(mapPath('antony:mntnomme', extent, 8, 8));
  const unknown = await mig.ask(mapPath('antony:mntabsent', extent, 8, 8));
  expect([hidden.status, hidden.text]).toEqual([unknown.status, unknown.text.replaceAll('mntabsent', 'mntnomme')]);
  expect((await mig.ask(mapPath('antony:mntvue', extent, 8, 8))).status).toBe(401);
  expect((await mig.ask(mapPath('antony:mntnomme', extent, 8, 8), { as: accounts.issy })).headers['content-type']).toBe('image/png');
});

test('the record says grid and GeoTIFF, and offers WMS', async () => {
  const record = await mig.ask(
    '/csw?SERVICE=CSW&VERSION=2.0.2&REQUEST=GetRecordById&ID=fr-92-mig-mnt&ELEMENTSETNAME=full&OUTPUTSCHEMA=http://www.isotc211.org/2005/gmd',
  );
  expect(record.text).toMatch(/MD_SpatialRepresentationTypeCode[^>]*codeListValue="grid"/);
  expect(record.text).toContain('GeoTIFF');
  expect(record.text).toContain('/wms');
  expect(record.text).not.toContain('/wfs');
  expect(record.text).toMatch(/EPSG\/0\/2154|2154/);
});

test('apply is repeatable; --check keeps nothing; other bytes are another version of the layer', async () => {
  const kept = (): string[] =>
    readdirSync(join(mig.test.data, 'files', 'coverages'), { recursive: true }).filter(name => String(name).endsWith('.tif')) as string[];
  const file = writeHeights(
    folder,
    'autre.tif',
    heights((column, row) => column + row),
  );
  const entry = raster('autre', file);
  await mig.apply({ version: 1, datasets: [entry] }, { check: true });
  expect(kept()).toHaveLength(1);
  expect((await mig.ask(mapPath('antony:autre', extent, 8, 8))).text).toContain('LayerNotDefined');
  await mig.apply({ version: 1, datasets: [entry] });
  expect(kept()).toHaveLength(2);
  const first = await picture(mapPath('antony:autre', extent, 74, 132));
  await mig.apply({ version: 1, datasets: [entry] });
  expect(kept()).toHaveLength(2);
  writeHeights(
    folder,
    'autre.tif',
    heights((column, row) => 100 - column + row),
  );
  await mig.apply({ version: 1, datasets: [entry] });
  expect(kept()).toHaveLength(3);
  const second = await picture(mapPath('antony:autre', extent, 74, 132));
  expect(second.data.equals(first.data)).toBe(false);
});

test('what only features have is refused on a raster, by name', async () => {
  const file = join(folder, 'relief.tif');
  const refused = (more: Parameters<typeof raster>[2]): Promise<unknown> =>
    mig.apply({ version: 1, datasets: [raster('refuse', file, more)] }).then(
      () => null,
      (error: Error) => error.message,
    );
  expect(await refused({ grants: [{ audience: 'public', actions: everything, maskedAttributes: ['valeur'] }] })).toContain(
    'grants.0.maskedAttributes',
  );
  expect(await refused({ grants: [{ audience: 'public', actions: everything, rows: 'valeur > 3' }] })).toContain('grants.0.rows');
  expect(await refused({ time: 'jour' })).toContain('datasets.refuse.time');
  expect(await refused({ source: { file, layer: 'x' } })).toContain('source.layer');
  writeFileSync(
    join(folder, 'points.sld'),
    '<FeatureTypeStyle xmlns="http://www.opengis.net/se"><Rule><PointSymbolizer/></Rule></FeatureTypeStyle>',
  );
  expect(await refused({ style: join(folder, 'points.sld') })).toContain('PointSymbolizer');
});

test('a file that is no longer there makes the layer unavailable, and nothing else', async () => {
  const files = join(mig.test.data, 'files', 'coverages');
  const file = writeHeights(
    folder,
    'perdu.tif',
    heights((column, row) => column * 3 + row),
  );
  const before = new Set(readdirSync(files, { recursive: true }).map(String));
  await mig.apply({ version: 1, datasets: [raster('perdu', file)] });
  for (const name of readdirSync(files, { recursive: true }).map(String))
    if (!before.has(name) && existsSync(join(files, name)) && name.endsWith('.tif')) rmSync(join(files, name));
  const lost = await mig.ask(mapPath('antony:perdu', extent, 8, 8));
  expect([lost.status, lost.headers['retry-after'] !== undefined]).toEqual([503, true]);
  expect((await mig.ask(mapPath('antony:mnt', extent, 8, 8))).headers['content-type']).toBe('image/png');
});
