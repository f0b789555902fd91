// The axis-order table, executed: every surface that reads a box or a geometry, in every version, with every way of writing the name of a reference
// system, over systems that put east first and north first, geographic and projected. What is written is tested on real rows (wfs/database.test.ts).
import { spawnSync } from 'node:child_process';
import type { Filter } from '../../server/core/filter/filter';
import { crsByCode, crsList, parseCrs, transformPoint } from '../../server/core/model/crs';
import { axisRules, coordinatesOf } from '../../server/services/ows/axis';
import { FakeRecords, doorsWith, get as askCsw } from '../csw/harness';
import { describeWith, pythonPath, tools } from '../setup/needs';
import { ask as askWfs } from '../wfs/ask';
import { ask as askWms, map } from '../wms/ask';
import { boxOf, crs84, crs84Names, forms, places, surfaces, turned, type Place, type Surface } from './axis-table';

/** The middle of the only geometry in a filter, and its reference system. */
function middle(filter: Filter | undefined): { readonly x: number; readonly y: number; readonly srid: number } {
  const found: { x: number; y: number; srid: number }[] = [];
  const walk = (one: Filter): void => {
    if (one.op === 'and' || one.op === 'or') one.parts.forEach(walk);
    if (one.op !== 'spatial') return;
    const { geometry, srid } = one.geometry;
    if (geometry.type !== 'Polygon') throw new Error(geometry.type);
    const ring = geometry.coordinates[0] ?? [];
    const between = (axis: 0 | 1): number => (Math.min(...ring.map(at => at[axis])) + Math.max(...ring.map(at => at[axis]))) / 2;
    found.push({ x: between(0), y: between(1), srid });
  };
  if (filter) walk(filter);
  const [only, ...more] = found;
  if (!only || more.length > 0) throw new Error(`${found.length} geometries in ${JSON.stringify(filter)}`);
  return only;
}

/** The filter leads to the place: in the system named, or in another to which the service may have turned it. */
function expectAt(filter: Filter | undefined, { code, at, reach }: Place): void {
  const { x, y, srid } = middle(filter);
  const [wantedX, wantedY] = transformPoint(at[0], at[1], code, srid);
  const far = crsByCode(srid)?.geographic === true ? 0.002 : Math.max(reach, 20);
  expect([Math.abs(x - wantedX) < far, Math.abs(y - wantedY) < far, x, y]).toEqual([true, true, x, y]);
}

/** Every pair of a system and a way of naming it, CRS84 among them. */
const named = [
  ...places.flatMap(place => forms.map(form => ({ place, form: form.form, full: form.full, name: form.name(place.code) }))),
  ...crs84Names.map(name => ({ place: crs84, form: 'CRS84', full: true, name })),
];
const cases = (surface: Surface): (readonly [string, (typeof named)[number], boolean])[] =>
  named.map(one => [`${one.place.code} as ${one.name}`, one, turned(surface, one, one.place)] as const);

const wfsVersions = ['1.0.0', '1.1.0', '2.0.0'] as const;

describe.each(surfaces)('%s: a name and what it means', surface => {
  test.each(cases(surface))('%s', (_name, { place, name }, yFirst) => {
    const read = parseCrs(name, axisRules[surface], 'srsName');
    expect([read.crs.code, read.flip]).toEqual([place.code, yFirst]);
  });

  test.each(places.map(place => [place.code, place] as const))('%s without a name is in the order of the advertised one', (code, place) => {
    const full = forms.find(form => form.form === (axisRules[surface] === 'xy' ? 'short' : 'URN'));
    const rules = coordinatesOf(axisRules[surface], code);
    expect([rules.defaultSrid, rules.defaultFlip]).toEqual([code, full && turned(surface, full, place)]);
  });
});

describe.each(wfsVersions)('WFS %s reads', version => {
  const surface: Surface = `WFS ${version}`;
  const typeName = version === '2.0.0' ? 'typeNames' : 'typeName';
  test.each(cases(surface))('BBOX, %s', async (_name, { place, name }, yFirst) => {
    const box = [...boxOf(place, yFirst), name].join(',');
    const answer = await askWfs({
      query: `service=WFS&version=${version}&request=GetFeature&${typeName}=parc:allées&bbox=${encodeURIComponent(box)}`,
    });
    expect(answer.status).toBe(200);
    expectAt(answer.world.asked[0]?.filter, place);
  });

  test.each(cases(surface))('a filter with a geometry, %s', async (_name, { place, name }, yFirst) => {
    const [a, b, c, d] = boxOf(place, yFirst);
    const [wfs, filter, gml] =
      version === '2.0.0'
        ? ['http://www.opengis.net/wfs/2.0', 'http://www.opengis.net/fes/2.0', 'http://www.opengis.net/gml/3.2']
        : ['http://www.opengis.net/wfs', 'http://www.opengis.net/ogc', 'http://www.opengis.net/gml'];
    const reference = version === '2.0.0' ? 'ValueReference' : 'PropertyName';
    const shape =
      version === '1.0.0'
        ? `<g:Box srsName="${name}"><g:coordinates>${a},${b} ${c},${d}</g:coordinates></g:Box>`
        : `<g:Envelope srsName="${name}"><g:lowerCorner>${a} ${b}</g:lowerCorner><g:upperCorner>${c} ${d}</g:upperCorner></g:Envelope>`;
    const ring =
      version === '1.0.0'
        ? `<g:outerBoundaryIs><g:LinearRing><g:coordinates>${a},${b} ${c},${b} ${c},${d} ${a},${b}</g:coordinates></g:LinearRing></g:outerBoundaryIs>`
        : `<g:exterior><g:LinearRing><g:posList>${a} ${b} ${c} ${b} ${c} ${d} ${a} ${b}</g:posList></g:LinearRing></g:exterior>`;
    const polygon = `<g:Polygon srsName="${name}">${ring}</g:Polygon>`;
    for (const inside of [
      `<f:BBOX><f:${reference}>trace</f:${reference}>${shape}</f:BBOX>`,
      `<f:Intersects><f:${reference}>trace</f:${reference}>${polygon}</f:Intersects>`,
    ]) {
      const answer = await askWfs({
        body: `<w:GetFeature xmlns:w="${wfs}" xmlns:f="${filter}" xmlns:g="${gml}" xmlns:p="http://example.org/parc" service="WFS" version="${version}"><w:Query ${typeName}="p:allées"><f:Filter>${inside}</f:Filter></w:Query></w:GetFeature>`,
      });
      expect([answer.status, answer.body.slice(0, 600)]).toEqual([200, answer.body.slice(0, 600)]);
      expectAt(answer.world.asked[0]?.filter, place);
    }
  });

  test('coordinates without a name are in the CRS of the data, in the order of its advertised name', async () => {
    const place = places.find(one => one.code === 4258) ?? crs84; // that of parc:allées
    const box = boxOf(place, version !== '1.0.0');
    const answer = await askWfs({
      query: `service=WFS&version=${version}&request=GetFeature&${typeName}=parc:allées&bbox=${box.join(',')}`,
    });
    expectAt(answer.world.asked[0]?.filter, place);
  });
});

describe.each([
  ['1.3.0', 'CRS'],
  ['1.1.1', 'SRS'],
] as const)('WMS %s reads BBOX', (version, parameter) => {
  const surface: Surface = `WMS ${version}`;
  test.each(cases(surface))('%s', async (_name, { place, name }, yFirst) => {
    const query = new URLSearchParams(map({ VERSION: version, BBOX: boxOf(place, yFirst).join(',') }));
    query.delete('CRS');
    query.append(parameter, name);
    const { reply, doors } = await askWms(query.toString());
    expect([reply.status ?? 200, reply.type]).toEqual([200, 'image/png']);
    expectAt(doors.asked[0]?.filter, place);
  });
});

describe('CSW 2.0.2 reads', () => {
  // short names of degrees settle nothing there: see services/csw/filters.ts
  const settled = cases('CSW 2.0.2').filter(([, { place, full }]) => full || crsByCode(place.code)?.geographic !== true);
  test.each(settled)('a box of a constraint, %s', async (_name, { place, name }, yFirst) => {
    const [a, b, c, d] = boxOf(place, yFirst);
    const constraint = `<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"><ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope srsName="${name}"><gml:lowerCorner>${a} ${b}</gml:lowerCorner><gml:upperCorner>${c} ${d}</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:Filter>`;
    const records = new FakeRecords(1, () => ({ identifier: 'a', xml: '<a/>' }));
    const answer = await askCsw(
      `service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=hits&constraintLanguage=FILTER&constraint_language_version=1.1.0&constraint=${encodeURIComponent(constraint)}`,
      doorsWith(records),
    );
    expect(answer.status).toBe(200);
    expectAt(records.asked[0]?.filter, place);
  });
});

describeWith([tools.gdal], 'PROJ', () => {
  test('every system of the server puts first what PROJ says, and places lie where PROJ puts them', () => {
    const script = `
import json
from osgeo import osr
osr.UseExceptions()
out = []
start = osr.SpatialReference(); start.ImportFromEPSG(4326); start.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
for code in ${JSON.stringify(crsList.map(crs => crs.code))}:
    srs = osr.SpatialReference(); srs.ImportFromEPSG(code)
    north = srs.GetAxisOrientation(None, 0) == osr.OAO_North
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    out.append([code, north, osr.CoordinateTransformation(start, srs).TransformPoint(2.25, 48.8)[:2]])
print(json.dumps(out))`;
    const run = spawnSync(pythonPath, ['-c', script], { encoding: 'utf8' });
    const seen = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '[]') as [number, boolean, [number, number]][];
    expect(seen.map(([code, northFirst]) => [code, northFirst])).toEqual(crsList.map(crs => [crs.code, crs.northFirst]));
    for (const { code, northFirst, at } of places) {
      const [, north, [x, y]] = seen.find(([one]) => one === code) ?? [0, false, [0, 0]];
      expect([code, north, x.toFixed(2), y.toFixed(2)]).toEqual([code, northFirst, at[0].toFixed(2), at[1].toFixed(2)]);
    }
  });
});
