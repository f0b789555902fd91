// A page of somebody else's, bundled for the browser: OpenLayers writes transactions (ol/format/WFS), posts them and reads the answers.
// Its address says where the server is, with the key in the path; what it saw stands on `window.seen`.
import Feature from 'ol/Feature';
import WFS from 'ol/format/WFS';
import Point from 'ol/geom/Point';

const root = new URL(location.href).searchParams.get('server') ?? '';
const space = new URL(location.href).searchParams.get('namespace') ?? '';

async function transact(format, version, lists) {
  const document = format.writeTransaction(...lists, {
    featureNS: space,
    featurePrefix: 'antony',
    featureType: 'arbres',
    srsName: 'EPSG:2154',
    version,
    nativeElements: [],
  });
  const answer = await fetch(`${root}/wfs`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml' },
    body: new XMLSerializer().serializeToString(document),
  });
  const text = await answer.text();
  return { status: answer.status, text, read: answer.ok ? format.readTransactionResponse(text) : null };
}

async function run(version) {
  const format = new WFS({ version });
  const code = `OL-${version}`;
  const tree = new Feature({
    geom: new Point([648000.5, 6850000.25]),
    code,
    essence: 'If <&>',
    hauteur: 3.5,
    remarquable: true,
    plante_le: '2026-02-03',
  });
  tree.setGeometryName('geom');
  const inserted = await transact(format, version, [[tree], null, null]);
  const id = inserted.read?.insertIds?.[0];
  const changed = new Feature({ geom: new Point([648001, 6850002]), hauteur: 4.5, plante_le: null });
  changed.setGeometryName('geom');
  changed.setId(id);
  const updated = await transact(format, version, [null, [changed], null]);
  const found = await (
    await fetch(`${root}/wfs?service=WFS&version=2.0.0&request=GetFeature&resourceId=${id}&outputFormat=application/json&srsName=EPSG:2154`)
  ).json();
  const deleted = await transact(format, version, [null, null, [changed]]);
  return {
    statuses: [inserted.status, updated.status, deleted.status],
    texts: [inserted, updated, deleted].filter(({ status }) => status !== 200).map(({ text }) => text),
    id,
    totals: [inserted, updated, deleted].map(({ read }) => read?.transactionSummary),
    coordinates: found.features?.[0]?.geometry.coordinates,
    properties: found.features?.[0]?.properties,
  };
}

async function all() {
  const seen = {};
  for (const version of ['1.1.0', '2.0.0']) seen[version] = await run(version).catch(error => String(error));
  window.seen = seen;
}
void all();
