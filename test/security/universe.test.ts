// Boxes larger than the earth and names without end: what a projection has no numbers for is cut to what it has, and nothing is echoed whole.
import { testServer, type TestServer } from '../setup/server';

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());

const huge = ['-1e9,-1e9,1e9,1e9', '-1e300,-1e300,1e300,1e300'];

/** Box, CRS, and how many of the 16 trees (stored in Lambert-93) are in it. */
const boxes: readonly (readonly [box: string, crs: string, trees: number])[] = [
  ...['EPSG:4326', 'EPSG:4258', 'EPSG:3857', 'EPSG:2154', 'EPSG:3949', 'EPSG:3035'].flatMap(crs =>
    huge.map(box => [box, crs, 16] as const),
  ),
  ['-200,-100,200,100', 'EPSG:4326', 16],
  ['-6000000,-6000000,10000000,10000000', 'EPSG:3035', 16],
  ['1e308,1e308,1.7e308,1.7e308', 'EPSG:3857', 0],
  ['1e308,1e308,1.7e308,1.7e308', 'EPSG:4326', 0],
  ['1e308,1e308,1.7e308,1.7e308', 'EPSG:2154', 0],
  ['-1.7e308,-1.7e308,1.7e308,1.7e308', 'EPSG:3857', 16],
];

describe('a box larger than the earth', () => {
  test.each(boxes)('%s in %s', async (box, crs, trees) => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
      const path = `/wfs?service=WFS&version=${version}&request=GetFeature&typeName=antony:arbres&typeNames=antony:arbres&outputFormat=application/json`;
      const answer = await mig.ask(`${path}&bbox=${box},${crs}`);
      expect([version, answer.status]).toEqual([version, 200]);
      expect((JSON.parse(answer.text) as { features: unknown[] }).features).toHaveLength(trees);
    }
  });

  test('of data in degrees, and on OGC API', async () => {
    const counted = async (query: string): Promise<number> =>
      (JSON.parse((await mig.ask(`/ogc/collections/arbres/items?${query}`)).text) as { numberMatched: number }).numberMatched;
    const mercator = encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/3857');
    expect(await counted(`bbox=-1e9,-1e9,1e9,1e9`)).toBe(16);
    expect(await counted(`bbox=-1e9,-1e9,1e9,1e9&bbox-crs=${mercator}`)).toBe(16);
    expect(await counted(`bbox=1e308,1e308,1.7e308,1.7e308&bbox-crs=${mercator}`)).toBe(0);
  });
});

test('a name of three thousand letters is not given back whole', async () => {
  const name = 'n'.repeat(3_000);
  for (const path of [
    `/ogc/collections/arbres/items?properties=${name}`,
    `/ogc/collections/arbres/items?sortby=${name}`,
    `/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&sortBy=${name}`,
    `/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&constraintLanguage=CQL_TEXT&constraint=${name}%3D1`,
    `/wfs?service=WFS&version=1.1.0&request=GetFeature&typeName=antony:arbres&propertyName=${name}`,
  ]) {
    const answer = await mig.ask(path);
    expect([path.slice(0, 60), answer.status]).toEqual([path.slice(0, 60), 400]);
    expect(answer.text.length).toBeLessThan(1_500);
  }
});
