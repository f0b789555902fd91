// Real clients against the service over the small world: GDAL, OWSLib and PyQGIS read the types, the schema and the features. A feature works when
// the client shows it.
import { spawn } from 'node:child_process';
import { describeWith, headless, pythonPath, tools } from '../setup/needs';
import { serve, type TestServer } from './server';

jest.setTimeout(120_000);

let server: TestServer;
beforeAll(async () => {
  server = await serve({ parts: { countDefault: 10 } });
});
afterAll(() => server.close());

/** Runs a script whose last line of output is JSON; the address of the service is `URL` in it. */
function run<Result>(script: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const start = `import json\nURL = ${JSON.stringify(`${server.url}/wfs`)}\n`;
    const child = spawn(pythonPath, ['-c', `${start}${script}`], { env: headless, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', code => {
      const last = output.trim().split('\n').at(-1) ?? '';
      if (last.startsWith('{')) resolve(JSON.parse(last) as Result);
      else reject(new Error(`the client ended with ${String(code)}: ${errors.slice(-2000)}`));
    });
  });
}

describeWith([tools.gdal], 'GDAL', () => {
  test('layers, fields, features, attribute and spatial filters pushed to the server', async () => {
    const seen = await run<Record<string, unknown>>(`
from osgeo import gdal, ogr
gdal.UseExceptions(); ogr.UseExceptions()
source = ogr.Open('WFS:' + URL)
trees = source.GetLayerByName('antony:arbres')
out = {'layers': sorted(source.GetLayer(i).GetName() for i in range(source.GetLayerCount()))}
out['fields'] = [[field.GetName(), field.GetFieldTypeName(field.GetType())] for field in trees.schema]
out['count'] = trees.GetFeatureCount()
out['read'] = len([feature for feature in trees])
trees.SetAttributeFilter("rang > 20 AND nom LIKE '%25%'")
out['filtered'] = [feature.GetField('gml_id') for feature in trees]
trees.SetAttributeFilter(None)
trees.SetSpatialFilterRect(646999, 6849999, 647101, 6850051)
out['box'] = [feature.GetField('gml_id') for feature in trees]
lanes = source.GetLayerByName('parc:allées')
lanes.SetSpatialFilterRect(2.24, 48.79, 2.265, 48.815)
out['lanes'] = [[feature.GetField('libelle'), feature.geometry().GetEnvelope()] for feature in lanes]
print(json.dumps(out))`);
    expect(seen).toMatchObject({ layers: ['antony:arbres', 'parc:allées', 'parc:notes'], count: 25, read: 25 });
    expect(seen['fields']).toEqual([
      ['gml_id', 'String'],
      ['nom', 'String'],
      ['hauteur', 'Real'],
      ['rang', 'Integer'],
      ['plante', 'Date'],
      ['releve', 'DateTime'],
      ['abattu', 'Integer'],
      ['riverain', 'String'],
    ]);
    expect(seen['filtered']).toEqual(['arbres.25']);
    expect(seen['box']).toEqual(['arbres.1', 'arbres.2']);
    expect(seen['lanes']).toEqual([['Allée basse', [2.25, 2.28, 48.8, 48.83]]]);
    expect(server.requests.filter(request => request.includes('FILTER=')).length).toBeGreaterThanOrEqual(3);
  });
});

describeWith([tools.owslib], 'OWSLib', () => {
  test('capabilities, schema, features, stored query', async () => {
    const seen = await run<Record<string, unknown>>(`
from owslib.wfs import WebFeatureService
service = WebFeatureService(URL, version='2.0.0')
out = {'types': sorted(service.contents), 'fees': service.identification.fees, 'provider': service.provider.name}
out['crs'] = service.contents['antony:arbres'].crsOptions[0].getcodeurn()
out['schema'] = service.get_schema('antony:arbres')
page = json.loads(service.getfeature(typename=['antony:arbres'], maxfeatures=2, outputFormat='application/json').read())
out['ids'] = [feature['id'] for feature in page['features']]
out['stored'] = [query.id for query in service.storedqueries]
one = service.getfeature(storedQueryID=out['stored'][0], storedQueryParams={'ID': 'arbres.3'}).read()
out['one'] = b'gml:id="arbres.3"' in one
box = service.getfeature(typename=['parc:allées'], bbox=(2.24, 48.79, 2.265, 48.815, 'urn:ogc:def:crs:EPSG::4258')).read().decode()
out['box'] = ['allees.1' in box, 'allees.2' in box]
print(json.dumps(out))`);
    expect(seen).toMatchObject({
      types: ['antony:arbres', 'parc:allées', 'parc:notes'],
      fees: 'none',
      provider: 'Département des Hauts-de-Seine',
      crs: 'urn:ogc:def:crs:EPSG::2154',
      ids: ['arbres.1', 'arbres.2'],
      stored: ['urn:ogc:def:query:OGC-WFS::GetFeatureById'],
      one: true,
      box: [true, false],
    });
    expect(seen['schema']).toMatchObject({
      properties: { nom: 'string', hauteur: 'double', rang: 'int', plante: 'date', releve: 'dateTime', abattu: 'boolean' },
      geometry: 'Point',
      geometry_column: 'geom',
    });
  });
});

describeWith([tools.qgis], 'QGIS', () => {
  test('features over several pages, filter, order, box on a north-first CRS', async () => {
    const seen = await run<Record<string, unknown>>(`
from qgis.core import *
application = QgsApplication([], False); application.initQgis()
def layer(kind, srs, more=''):
    return QgsVectorLayer(f"typename='{kind}' srsname='{srs}' version='auto' url='{URL}' pagingEnabled='true' {more}", 'x', 'WFS')
trees = layer('antony:arbres', 'EPSG:2154')
features = list(trees.getFeatures())
out = {'valid': trees.isValid(), 'count': trees.featureCount(), 'read': len(features)}
out['point'] = features[0].geometry().asWkt(0)
filtered = layer('antony:arbres', 'EPSG:2154')
filtered.setSubsetString("rang > 20 AND nom LIKE '%2%'")
out['filtered'] = sorted(feature['rang'] for feature in filtered.getFeatures())
ordered = layer('antony:arbres', 'EPSG:2154', 'sql=SELECT * FROM arbres WHERE rang > 3 ORDER BY rang DESC')
out['ordered'] = [feature['rang'] for feature in ordered.getFeatures()][:3]
lanes = layer('parc:allées', 'EPSG:4258', "restrictToRequestBBOX='1'")
out['box'] = [feature['libelle'] for feature in lanes.getFeatures(QgsFeatureRequest(QgsRectangle(2.24, 48.79, 2.265, 48.815)))]
notes = layer('parc:notes', '')
out['notes'] = [feature['texte'] for feature in notes.getFeatures()]
print(json.dumps(out), flush=True)
del trees, filtered, ordered, lanes, notes, features
application.exitQgis()`);
    expect(seen).toEqual({
      valid: true,
      count: 25,
      read: 25,
      point: 'Point (647000 6850000)',
      filtered: [21, 22, 23, 24, 25],
      ordered: [25, 24, 23],
      box: ['Allée basse'],
      notes: ['un'],
    });
  });
});
