// @camptocamp/ogc-client, on which GeoNetwork-UI and data portals are built: OGC API - Features.
import { readFileSync } from 'node:fs';
import { OgcApiEndpoint, setFetchOptions } from '@camptocamp/ogc-client';

const task = JSON.parse(readFileSync(0, 'utf8'));
const root = `${task.url}${task.way === 'path' ? `/k/${task.key}` : ''}/ogc`;
const collections = task.types.map(name => name.split(':')[1]).sort();
globalThis.location ??= new URL(root);
if (task.way === 'basic')
  setFetchOptions({ headers: { Authorization: `Basic ${Buffer.from(`${task.login}:${task.key}`).toString('base64')}` } });
if (task.way === 'header') setFetchOptions({ headers: { 'X-API-Key': task.key } });

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
async function refused(name, work) {
  try {
    check(name, false, `it went through: ${JSON.stringify(await work())}`);
  } catch (error) {
    check(name, /non-conforming|could not be fetched|401/.test(String(error)), error);
  }
}

// errors are told twice by the client
console.error = () => undefined;
const api = new OgcApiEndpoint(root);
const numbers = features => features.map(feature => feature.properties.numero);

if (task.wrong) {
  await refused('a wrong key fails', () => api.info);
} else {
  await section('documents', async () => {
    const info = await api.info;
    check('title and attribution', info.title && info.attribution, JSON.stringify(info));
    check('conformance', (await api.conformanceClasses).includes('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'));
    equal('it has features and no records', [await api.hasFeatures, await api.hasRecords], [true, false]);
    equal('the collections', (await api.featureCollections).sort(), collections);
  });
  await section('a collection', async () => {
    const info = await api.getCollectionInfo('mobilier');
    equal('formats of items', info.itemFormats, ['application/geo+json', 'text/html']);
    // the client knows no booleans
    equal(
      'queryables',
      info.queryables.map(({ name, type }) => [name, type]).filter(([name]) => name !== 'geom'),
      [
        ['numero', 'integer'],
        ['nature', 'string'],
        ['hauteur', 'number'],
        ['eclaire', 'string'],
        ['pose_le', 'string'],
        ['releve', 'string'],
        ['remarque', 'string'],
      ],
    );
    check(
      'sortables',
      info.sortables.some(({ name }) => name === 'nature'),
      JSON.stringify(info.sortables),
    );
    check('reference systems', info.crs.includes('http://www.opengis.net/def/crs/EPSG/0/2154'), info.crs);
  });
  await section('items', async () => {
    equal('ten by default', numbers(await api.getCollectionItems('mobilier')), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    equal('a page', numbers(await api.getCollectionItems('mobilier', 3, 100)), [101, 102, 103]);
    equal('all', (await api.getCollectionItems('mobilier', task.furniture)).length, task.furniture);
    const [bare] = await api.getCollectionItems('mobilier', 1, 0, true);
    equal('without geometry', bare.geometry, null);
    equal('in order', numbers(await api.getCollectionItems('mobilier', 2, 0, false, ['-numero'])), [task.furniture, task.furniture - 1]);
    // the client knows no booleans
    equal(
      'in a box',
      numbers(await api.getCollectionItems('mobilier', 100, 0, false, ['numero'], [2.1999, 48.7499, 2.2009, 48.7509])),
      [1, 2, 51, 52],
    );
    const [some] = await api.getCollectionItems('mobilier', 1, 0, false, null, null, ['nature']);
    equal('some properties', some.properties, { nature: 'Banc' });
    const days = { start: new Date('2024-01-20T00:00:00Z'), end: new Date('2024-01-21T00:00:00Z') };
    const found = await api.getCollectionItems('mobilier', task.furniture, 0, false, null, null, null, days);
    check('in a time', found.length > 0 && found.every(feature => feature.properties.releve.startsWith('2024-01-20')), found.length);
    // the client knows no booleans
    equal(
      'a query',
      numbers(await api.getCollectionItems('mobilier', 10, 0, false, null, null, null, null, "filter=nature='Banc' AND numero<12")),
      [1, 6, 11],
    );
    const url = await api.getCollectionItemsUrl('mobilier', { outputCrs: 'EPSG:2154', limit: 1, asJson: true });
    check('an address keeps the way to say who asks', url.startsWith(root), url);
  });
  await section('a feature', async () => {
    const feature = await api.getCollectionItem('mobilier', 'mobilier.3');
    equal('by its id', [feature.id, feature.properties.numero], ['mobilier.3', 3]);
  });
  await section('partner data', async () => {
    if (task.insider) equal('ECL of Nanterre', (await api.getCollectionItems('eclairage', 100)).length, 9);
    else
      equal(
        'ECL of Nanterre is not there',
        (await api.allCollections).some(({ name }) => name === 'eclairage'),
        false,
      );
  });
}
