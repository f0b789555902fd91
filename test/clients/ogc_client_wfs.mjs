// @camptocamp/ogc-client, on which GeoNetwork-UI and data portals are built: WFS in the version it chooses, 1.1.0 and 1.0.0.
import { readFileSync } from 'node:fs';
import { setFetchOptions, WfsEndpoint } from '@camptocamp/ogc-client';

const task = JSON.parse(readFileSync(0, 'utf8'));
const root = `${task.url}${task.way === 'path' ? `/k/${task.key}` : ''}/wfs`;
const headers =
  task.way === 'basic'
    ? { Authorization: `Basic ${Buffer.from(`${task.login}:${task.key}`).toString('base64')}` }
    : task.way === 'header'
      ? { 'X-API-Key': task.key }
      : {};
setFetchOptions({ headers });

const check = (name, ok, detail = '') => console.log(JSON.stringify({ name, ok: Boolean(ok), detail: String(detail).slice(0, 600) }));
const equal = (name, seen, wanted) => {
  const [one, other] = [seen, wanted].map(value => JSON.stringify(value));
  check(name, one === other, one === other ? '' : `seen ${one}, expected ${other}`);
};
async function section(name, work) {
  try {
    await work();
  } catch (error) {
    check(name, false, error instanceof Error ? `${error.message} ${error.stack}` : error);
  }
}
const inDegrees = ([west, south, east, north]) => west > 2 && east < 2.6 && south > 48.6 && north < 49.1;

async function run(version) {
  const named = text => `WFS ${version || 'as it comes'}: ${text}`;
  const service = new WfsEndpoint(version === '' ? root : `${root}?version=${version}`);
  await section(named('capabilities'), async () => {
    await service.isReady();
    equal(named('the version'), service.getVersion(), version || '2.0.0');
    const info = service.getServiceInfo();
    equal(named('name, fees'), [info.name, info.fees], ['WFS', 'none']);
    equal(named('the types'), service.getFeatureTypes().map(type => type.name).sort(), [...task.types].sort()); // prettier-ignore
    check(named('formats'), info.outputFormats.includes(version === '1.0.0' ? 'GML2' : 'application/json'), info.outputFormats);
    const lanes = service.getFeatureTypeSummary('antony:pistes');
    equal(named('the CRS of the lines'), lanes.defaultCrs, 'EPSG:4326');
    check(named('their box'), inDegrees(lanes.boundingBox), lanes.boundingBox);
    check(named('their record'), lanes.metadata.some(({ url }) => url.includes('fr-92-mig-pis')), JSON.stringify(lanes.metadata)); // prettier-ignore
    check(named('JSON'), version === '1.0.0' || service.supportsJson('antony:pistes'));
  });
  await section(named('a type'), async () => {
    const points = await service.getFeatureTypeFull('antony:mobilier');
    // the client knows no dates
    equal(named('attributes'), points.properties, {
      numero: 'integer',
      nature: 'string',
      hauteur: 'float',
      eclaire: 'boolean',
      pose_le: 'string',
      releve: 'string',
      remarque: 'string',
    });
    equal(named('geometry'), [points.geometryName, points.geometryType], ['geom', 'point']);
    equal(named('the count'), points.objectCount, task.furniture);
    equal(named('the count of the lines'), (await service.getFeatureTypeFull('antony:pistes')).objectCount, task.lanes);
    const values = await service.getFeatureTypePropDetails('antony:pistes');
    equal(named('values of an attribute'), values.revetement.uniqueValues.map(({ value, count }) => [value, count]).sort(), [
      ['enrobé', task.lanes / 2],
      ['pavés', task.lanes / 2],
    ]);
  });
  await section(named('features'), async () => {
    for (const extentCrs of ['EPSG:4326', 'EPSG:2154']) {
      const extent = extentCrs === 'EPSG:4326' ? [2.1995, 48.7495, 2.2006, 48.7506] : [641170, 6850270, 641240, 6850360];
      const asJson = version !== '1.0.0';
      const address = service.getFeatureUrl('antony:mobilier', { asJson, extent, extentCrs, outputCrs: 'EPSG:4326', maxFeatures: 10 });
      const text = await (await fetch(address, { headers })).text();
      const found = asJson
        ? JSON.parse(text).features.map(({ id }) => id)
        : [...text.matchAll(/<antony:mobilier fid="([^"]*)"/g)].map(([, id]) => id);
      equal(named(`a box in ${extentCrs}`), found, ['mobilier.1', 'mobilier.2', 'mobilier.51', 'mobilier.52']);
      const [, x, y] = /(?:"coordinates":\[|<gml:coordinates>)([\d.]+),([\d.]+)/.exec(text) ?? [];
      check(named(`a box in ${extentCrs}: longitude, latitude`), inDegrees([x, y, x, y].map(Number)), `${x} ${y}`);
    }
  });
  await section(named('partner data'), async () => {
    if (task.insider) equal(named('ECL of Nanterre'), (await service.getFeatureTypeFull('nanterre:eclairage')).objectCount, 9);
    else equal(named('ECL of Nanterre is not there'), service.getFeatureTypeSummary('nanterre:eclairage'), null);
  });
}

// errors are told twice by the client, and thrown twice
console.error = () => undefined;
process.on('unhandledRejection', () => undefined);
for (const version of ['', '1.1.0', '1.0.0']) {
  if (!task.wrong) await run(version);
  else
    await new WfsEndpoint(version === '' ? root : `${root}?version=${version}`).isReady().then(
      () => check(`WFS ${version}: a wrong key fails`, false),
      error => check(`WFS ${version}: a wrong key fails`, /401|uthent|network|http/i.test(String(error)), error),
    );
}
