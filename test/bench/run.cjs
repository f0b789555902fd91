/**
 * `npm run bench`: a throw-away server with made-up data, and medians of what it answers. On PostgreSQL where DATABASE_URL names one (the login
 * must be allowed to make a database; the time PostGIS needs alone for the same text stands beside ours), else on the embedded engine.
 * BENCH_BUILDINGS (100000), BENCH_ROADS (40000), BENCH_ADDRESSES (300000), BENCH_ROUNDS (7), BENCH_SECONDS (240, the bound of all) set the sizes.
 */
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { Client } = require('pg');

const root = path.resolve(__dirname, '..', '..');
const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const sizes = {
  batiment: number('BENCH_BUILDINGS', 100_000),
  route: number('BENCH_ROADS', 40_000),
  adresse: number('BENCH_ADDRESSES', 300_000),
};
const rounds = number('BENCH_ROUNDS', 7);
const end = performance.now() + number('BENCH_SECONDS', 240) * 1000;
const late = () => performance.now() > end;
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** A deterministic number in 0 … 1 for a row and a purpose. */
const chance = salt => `((hashint8extended(i, ${salt}) & 16777215) / 16777216.0)`;
const tables = {
  batiment: [
    'nature text, hauteur double precision, etages integer, date_maj date, commentaire text, geom geometry(Polygon, 2154)',
    `(array['Indifférenciée', 'Tour, donjon', 'Industriel & commercial'])[1 + i % 3], round((${chance(1)} * 40)::numeric, 1), nullif(i % 9, 8),
     date '2015-01-01' + (i % 3000)::integer, case when i % 4 = 0 then 'Relevé no ' || i end,
     (select ST_SetSRID(ST_MakePolygon(ST_MakeLine(array_agg(ST_Point(640000 + 15000 * ${chance(2)} + 9 * cos(2 * pi() * (k % n) / n),
       6848000 + 15000 * ${chance(3)} + 9 * sin(2 * pi() * (k % n) / n)) order by k))), 2154)
      from (select 4 + i % 11 as n) m, generate_series(0, (4 + i % 11)::integer) k)`,
  ],
  route: [
    'nom text, importance integer, geom geometry(LineString, 2154)',
    `'Voie ' || i, i % 6, (select ST_SetSRID(ST_MakeLine(array_agg(ST_Point(640000 + 15000 * ${chance(4)} + 25 * k, 6848000 + 15000 * ${chance(5)} + 12 * (k % 3)) order by k)), 2154)
      from generate_series(0, 3 + i % 10) k)`,
  ],
  adresse: [
    'numero integer, voie text, commune text, geom geometry(Point, 2154)',
    `1 + i % 120, 'Rue de l''Église ' || i % 4000, 'Commune ' || i % 36, ST_SetSRID(ST_Point(640000 + 15000 * ${chance(6)}, 6848000 + 15000 * ${chance(7)}), 2154)`,
  ],
};

async function fill(client) {
  await client.query('create schema banc');
  for (const [name, [columns, values]] of Object.entries(tables)) {
    await client.query(`create table banc.${name} (id serial primary key, ${columns})`);
    for (let from = 1; from <= sizes[name]; from += 50_000)
      await client.query(
        `insert into banc.${name} (${columns
          .split(/, (?![^(]*\))/)
          .map(column => column.split(' ')[0])
          .join(', ')})
         select ${values} from generate_series(${from}::int8, ${Math.min(sizes[name], from + 49_999)}::int8) i order by i`,
      );
    await client.query(`create index on banc.${name} using gist (geom)`);
    await client.query(`analyze banc.${name}`);
  }
}

/** The partnership that publishes the three tables to everyone. */
function partnership() {
  const organisation = 'Département du banc';
  const contact = { organisation, email: 'banc@example.org' };
  const fr = text => ({ fr: text });
  return {
    version: 1,
    service: { title: fr('Banc'), abstract: fr('Banc de mesure'), email: contact.email, url: 'http://example.org' },
    namespaces: { banc: 'http://example.org/banc' },
    organisations: [
      {
        code: 'cd',
        name: organisation,
        kind: 'department',
        insee: '92',
        annex1: false,
        pilot: true,
        membership: { state: 'active', since: '2022-01-01' },
      },
    ],
    datasets: Object.keys(tables).map(name => ({
      code: name,
      type: `banc:${name}`,
      title: fr(name),
      kind: 'pooled',
      owner: 'cd',
      state: 'published',
      source: { table: `banc.${name}`, id: 'id' },
      usageScale: 2000,
      licence: 'etalab-2.0',
      record: {
        id: `banc-${name}`,
        title: fr(name),
        abstract: fr('Banc de mesure'),
        language: 'fre',
        topicCategories: ['structure'],
        keywords: ['banc'],
        dates: { revision: '2025-01-01' },
        lineage: fr('Données de synthèse'),
        usageScale: 2000,
        usageRules: fr('Banc de mesure seulement'),
        conformity: [{ title: 'Règlement (UE) n° 1089/2010', date: '2010-12-08', degree: false }],
        conditions: fr('Licence Ouverte 2.0'),
        limitation: 'none',
        contact,
      },
      grants: [{ audience: 'public', actions: ['view', 'query', 'feature', 'download'] }],
    })),
  };
}

/** Time to the first byte and to the last, in milliseconds, of a request that must be answered with 200. */
function ask(url, agent) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, response => {
        let first = NaN;
        let bytes = 0;
        response.on('data', chunk => {
          if (bytes === 0) first = performance.now() - began;
          bytes += chunk.length;
        });
        response.on('end', () =>
          response.statusCode === 200
            ? resolve({ first, total: performance.now() - began, bytes })
            : reject(new Error(`${response.statusCode}: ${url}`)),
        );
        response.on('error', reject);
      })
      .on('error', reject);
  });
}

async function measure(url, times) {
  await ask(url);
  const runs = [];
  for (let i = 0; i < times && !(i > 0 && late()); i++) runs.push(await ask(url));
  return {
    first: median(runs.map(run => run.first)),
    total: median(runs.map(run => run.total)),
    bytes: median(runs.map(run => run.bytes)),
  };
}

async function rate(url, milliseconds) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const began = performance.now();
  let done = 0;
  for (; performance.now() - began < milliseconds; done++) await ask(url, agent);
  const perSecond = done / ((performance.now() - began) / 1000);
  agent.destroy();
  return perSecond;
}

const resident = pid => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
  } catch {
    return NaN;
  }
};

/** Median time of the same text written to nowhere by PostgreSQL itself; null where the login may not write files. */
async function alone(client, { statementOf }, format, count) {
  const { text, values } = statementOf(format, count, `'/dev/null'`);
  const times = [];
  for (let i = 0; i < Math.min(3, rounds); i++) {
    const began = performance.now();
    try {
      await client.query('begin');
      for (const [at, value] of values.entries()) await client.query('select set_config($1, $2, true)', [`geomig.p${at + 1}`, value]);
      await client.query(text);
      times.push(performance.now() - began);
    } catch {
      return null;
    } finally {
      await client.query('rollback');
    }
  }
  return median(times);
}

function load(file) {
  const outfile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'geomig-bench-')), 'module.cjs');
  require('esbuild').buildSync({
    entryPoints: [path.join(root, file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg', 'knex'],
  });
  return { module: () => require(outfile), remove: () => fs.rmSync(path.dirname(outfile), { recursive: true, force: true }) };
}

const row = (name, ...cells) => console.log(name.padEnd(34), ...cells.map(cell => String(cell).padStart(12)));
const ms = value => (value === null || Number.isNaN(value) ? '-' : value.toFixed(1));

async function report(address, pid, client, postgresql) {
  const wfs = `${address}/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature`;
  const wms = `${address}/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST`;
  const code = postgresql ? load('test/bench/statements.ts') : null;
  console.log(`\n${postgresql ? 'PostgreSQL' : 'embedded engine'}, ${rounds} rounds, medians in ms`);
  row('', 'total', 'first byte', 'bytes', 'PostGIS alone');
  const formats = { gml: '', geojson: '&OUTPUTFORMAT=application/geo%2Bjson' };
  for (const count of [1_000, 10_000, 100_000].filter(one => one <= sizes.batiment))
    for (const [format, parameter] of Object.entries(formats)) {
      if (late()) break;
      const got = await measure(`${wfs}&TYPENAMES=banc:batiment&COUNT=${count}${parameter}`, count > 50_000 ? Math.min(3, rounds) : rounds);
      row(
        `GetFeature ${format} ${count}`,
        ms(got.total),
        ms(got.first),
        got.bytes,
        code ? ms(await alone(client, code.module(), format, count)) : '-',
      );
    }
  code?.remove();
  const views = {
    department: [640000, 6848000, 655000, 6863000],
    town: [645000, 6853000, 648000, 6856000],
    street: [646000, 6854000, 646400, 6854400],
  };
  for (const [name, box] of Object.entries(views)) {
    if (late()) break;
    const got = await measure(
      `${wms}=GetMap&LAYERS=banc:batiment,banc:route&STYLES=,&CRS=EPSG:2154&WIDTH=256&HEIGHT=256&FORMAT=image/png&BBOX=${box}`,
      rounds,
    );
    row(`GetMap 256 ${name}`, ms(got.total), ms(got.first), got.bytes, '');
  }
  // the tile of the middle of the data: origin and levels of the Lambert-93 grid, and the same place in Web Mercator
  for (const level of [14, 16, 18]) {
    if (late()) break;
    const side = 0.05 * 2 ** (22 - level) * 256;
    const place = `${level}/${Math.floor((12_000_000 - 6_855_500) / side)}/${Math.floor(647_500 / side)}`;
    const tile = await measure(`${address}/wmts/1.0.0/banc:batiment/default/Lambert93/${place}.png`, rounds);
    row(`WMTS tile, level ${level}`, ms(tile.total), ms(tile.first), tile.bytes, '');
    const column = Math.floor(((2.285 + 180) / 360) * 2 ** level);
    const line = Math.floor((0.5 - Math.log(Math.tan(Math.PI / 4 + (48.797 * Math.PI) / 360)) / (2 * Math.PI)) * 2 ** level);
    const other = await measure(`${address}/tiles/banc:batiment/${level}/${column}/${line}.png`, rounds);
    row(`XYZ tile, zoom ${level}`, ms(other.total), ms(other.first), other.bytes, '');
  }
  const search = `${address}/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&elementSetName=summary&constraintLanguage=CQL_TEXT&constraint_language_version=1.1.0&constraint=${encodeURIComponent("AnyText LIKE '%banc%'")}`;
  const found = await measure(search, rounds);
  row('CSW search', ms(found.total), ms(found.first), found.bytes, '');
  const turn = Math.min(3_000, Math.max(300, (end - performance.now()) / 6));
  row('capabilities of WMS, requests/s', (await rate(`${wms}=GetCapabilities`, turn)).toFixed(0));
  row('one feature by id, requests/s', (await rate(`${wfs}&RESOURCEID=batiment.${Math.min(4242, sizes.batiment)}`, turn)).toFixed(0));
  if (late()) return;
  await pause(500);
  const before = resident(pid);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, resident(pid))), 100);
  const streamed = await ask(`${wfs}&TYPENAMES=banc:adresse&COUNT=${sizes.adresse}`);
  clearInterval(watch);
  row(`stream of ${sizes.adresse} addresses, GML`, ms(streamed.total), ms(streamed.first), streamed.bytes, '');
  row(
    '  resident MB before, growth',
    Number.isNaN(before) ? '-' : before.toFixed(0),
    Number.isNaN(before) ? '-' : (most - before).toFixed(1),
  );
}

async function ready(address, server) {
  for (let i = 0; i < 600; i++) {
    if (server.exitCode !== null) throw new Error('the server ended');
    const answer = await fetch(`${address}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await pause(200);
  }
  throw new Error('the server did not become ready');
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'geomig-bench-'));
  const data = path.join(folder, 'data');
  const name = `geomig_bench_${process.pid}`;
  const given = process.env.DATABASE_URL;
  let admin = null;
  let server = null;
  let client = null;
  const env = { ...process.env, GEOMIG_DATA: data, GEOMIG_DEMO: 'off', GEOMIG_MAP_STORE: '0', LOG_LEVEL: 'error', GEOMIG_RATE: '0' };
  try {
    if (given) {
      admin = new Client({ connectionString: given });
      await admin.connect();
      await admin.query(`create database ${name}`);
      const url = new URL(given);
      url.pathname = `/${name}`;
      env.DATABASE_URL = url.href;
    }
    const port = 20_000 + (process.pid % 20_000);
    const address = `http://127.0.0.1:${port}`;
    env.GEOMIG_PORT = String(port);
    const main = path.join(require('../../server/build.cjs').build(), 'main.js');
    server = spawn(process.execPath, [main], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
    await ready(address, server);
    client = new Client(given ? { connectionString: env.DATABASE_URL } : { host: data, user: 'postgres', database: 'postgres' });
    await client.connect();
    const began = performance.now();
    await fill(client);
    if (!given) await client.end();
    const file = path.join(folder, 'partnership.json');
    fs.writeFileSync(file, JSON.stringify(partnership()));
    execFileSync(process.execPath, [path.join(root, 'server/cli/geomig.cjs'), 'apply', file], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    console.log(
      `${Object.entries(sizes)
        .map(([table, size]) => `${size} ${table}`)
        .join(', ')}: made and published in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
    await report(address, server.pid, client, given !== undefined);
  } finally {
    if (given) await client?.end().catch(() => undefined);
    if (server) {
      const gone = new Promise(resolve => server.once('exit', resolve));
      if (server.exitCode === null) server.kill('SIGTERM');
      await Promise.race([gone, pause(25_000)]);
      if (server.exitCode === null) server.kill('SIGKILL');
    }
    if (admin) {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    }
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  error => {
    console.error(error);
    process.exit(1);
  },
);
