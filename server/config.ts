// Environment and `geomig.config.json` → Config. Every setting is one row of `settings`, which the README's table is made from;
// an unknown GEOMIG_ name or a value that cannot be read stops the start with one sentence each (all of them at once).
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';

export interface TileCache {
  readonly directory: string;
  /** Size limit in bytes. */
  readonly bytes: number;
}

/** Limits that an operator may move; each has its own setting. */
export interface Limits {
  /** PostgreSQL connections for requests. */
  readonly pool: number;
  /** Seconds a request may take to its first byte. */
  readonly deadline: number;
  /** Bytes of a request body that holds a query. */
  readonly body: number;
  /** Bytes of a transaction's body. */
  readonly transactionBody: number;
  /** Bytes of an uploaded file. */
  readonly upload: number;
  /** Width and height of a map in pixels. */
  readonly mapSize: number;
  /** Maps drawn at once. */
  readonly draws: number;
  /** Requests that may wait for a drawing or a connection. */
  readonly queue: number;
  /** Requests per second and address, 0 = no brake. */
  readonly rate: number;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Port of `/metrics` alone; null: on the main port, for this machine only. */
  readonly metricsPort: number | null;
  /** Without a final slash; null: what the request was sent to. */
  readonly publicUrl: string | null;
  /** null: the embedded engine in `data`. */
  readonly databaseUrl: string | null;
  readonly replicaUrl: string | null;
  /** Absolute directory. */
  readonly data: string;
  /** Absolute directory or `s3://…`. */
  readonly files: string;
  /** ISO instant (UTC) that the rules see at the start; null: now. */
  readonly clock: string | null;
  readonly demo: boolean;
  /** Megabytes of the map store, 0 = none. */
  readonly mapStore: number;
  readonly tileCache: TileCache | null;
  readonly maxFeatures: number;
  readonly loginAttempts: number;
  /** Addresses and networks (CIDR) whose X-Forwarded headers count. */
  readonly trustedProxies: readonly string[];
  readonly insecureHttp: boolean;
  readonly smtpUrl: string | null;
  readonly limits: Limits;
}

export interface Setting {
  readonly name: string;
  readonly default: string;
  /** What it does, for the README. */
  readonly text: string;
}

/** Every setting with its default. */
export const settings = [
  { name: 'GEOMIG_HOST', default: '127.0.0.1', text: 'address to listen on' },
  { name: 'GEOMIG_PORT', default: '8080', text: 'port to listen on; 0 = any free one' },
  { name: 'GEOMIG_PUBLIC_URL', default: '', text: 'address that capabilities advertise, behind a proxy' },
  { name: 'DATABASE_URL', default: '', text: 'PostgreSQL with PostGIS; absent: the embedded engine in GEOMIG_DATA' },
  { name: 'DATABASE_REPLICA_URL', default: '', text: 'replica that reads may use' },
  { name: 'GEOMIG_DATA', default: './data', text: 'directory of the embedded engine and of temporary files' },
  { name: 'GEOMIG_FILES', default: '', text: 'directory or s3:// address of workspace files and rasters; default: files in GEOMIG_DATA' },
  { name: 'GEOMIG_CLOCK', default: '', text: 'instant (ISO 8601) that the rules see, for rehearsals and tests' },
  {
    name: 'GEOMIG_DEMO',
    default: '',
    text: 'load the demonstration into an empty database; default: on for the embedded engine, off for PostgreSQL',
  },
  { name: 'GEOMIG_MAP_STORE', default: '512', text: 'megabytes of geometries kept for drawing; 0 = always from the database' },
  {
    name: 'GEOMIG_TILE_CACHE',
    default: '',
    text: 'directory and size of the tile cache (`DIR 2GB`), or off; default: tiles in GEOMIG_DATA, 1 GB',
  },
  { name: 'GEOMIG_MAX_FEATURES', default: '1000000', text: 'features of one answer at most' },
  { name: 'GEOMIG_LOGIN_ATTEMPTS', default: '5', text: 'failed logins before the brake' },
  { name: 'GEOMIG_TRUSTED_PROXIES', default: '', text: 'addresses or networks of proxies, separated by commas' },
  { name: 'GEOMIG_INSECURE_HTTP', default: 'off', text: 'allow password logins over plain http off this machine' },
  { name: 'GEOMIG_SMTP_URL', default: '', text: 'mail server for notifications' },
  {
    name: 'GEOMIG_POOL',
    default: '20',
    text: 'PostgreSQL connections for requests; one partner, or one address without an account, uses half of them at most',
  },
  { name: 'GEOMIG_DEADLINE', default: '30', text: 'seconds to the first byte of an answer' },
  { name: 'GEOMIG_MAX_BODY', default: '1MB', text: 'size of a query sent by POST' },
  { name: 'GEOMIG_MAX_TRANSACTION', default: '256MB', text: 'size of a transaction' },
  { name: 'GEOMIG_MAX_UPLOAD', default: '2GB', text: 'size of an uploaded file' },
  { name: 'GEOMIG_MAX_MAP_SIZE', default: '4096', text: 'width and height of a map in pixels' },
  { name: 'GEOMIG_DRAWS', default: '0', text: 'maps drawn at once; 0 = twice the number of cores' },
  { name: 'GEOMIG_QUEUE', default: '200', text: 'requests that may wait; more are answered 503' },
  { name: 'GEOMIG_METRICS_PORT', default: '', text: 'port of its own for `/metrics`; absent: on the main port, for this machine only' },
  { name: 'GEOMIG_RATE', default: '0', text: 'requests per second and address; 0 = no brake' },
] as const satisfies readonly Setting[];

type Name = (typeof settings)[number]['name'];

/** Set by our own programs (bundle, tests), not by operators. */
const internal = new Set(['GEOMIG_BUILD', 'GEOMIG_BLESS']);
const internalPrefix = 'GEOMIG_TEST_';

/** The settings cannot be used; `problems` has a sentence for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths start from and where geomig.config.json is looked for. */
  readonly directory: string;
}

/** Reads the settings of the environment, then of geomig.config.json (the environment wins). @throws ConfigError */
export function readConfig(sources: ConfigSources = { environment: process.env, directory: process.cwd() }): Config {
  const problems: string[] = [];
  const given = { ...readFile(sources.directory, problems), ...readEnvironment(sources.environment, problems) };
  const value = (name: Name): string => given[name] ?? settings.find(setting => setting.name === name)?.default ?? '';
  const read = <T>(name: Name, parse: (text: string) => T): T | null => {
    try {
      return parse(value(name).trim());
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return null;
    }
  };
  const text = (name: Name): string | null => value(name).trim() || null;
  const number = (name: Name, least: number, most: number): number => read(name, given => whole(given, least, most)) ?? 0;
  const bytes = (name: Name): number => read(name, size) ?? 0;
  const address = (name: Name, schemes: readonly string[]): string | null => read(name, given => (given ? url(given, schemes) : null));

  const data = resolve(sources.directory, value('GEOMIG_DATA') || './data');
  const databaseUrl = address('DATABASE_URL', ['postgres:', 'postgresql:']);
  const files = text('GEOMIG_FILES');
  const config: Config = {
    host: value('GEOMIG_HOST'),
    port: number('GEOMIG_PORT', 0, 65_535),
    metricsPort: read('GEOMIG_METRICS_PORT', given => (given ? whole(given, 0, 65_535) : null)),
    publicUrl: address('GEOMIG_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/+$/, '') ?? null,
    databaseUrl,
    replicaUrl: address('DATABASE_REPLICA_URL', ['postgres:', 'postgresql:']),
    data,
    files: files === null ? resolve(data, 'files') : files.startsWith('s3://') ? files : resolve(sources.directory, files),
    clock: read('GEOMIG_CLOCK', given => (given ? instant(given) : null)),
    demo: read('GEOMIG_DEMO', given => (given ? onOff(given) : databaseUrl === null)) ?? false,
    mapStore: number('GEOMIG_MAP_STORE', 0, 1_048_576),
    tileCache: read('GEOMIG_TILE_CACHE', given => tileCache(given, data, sources.directory)),
    maxFeatures: number('GEOMIG_MAX_FEATURES', 1, 1_000_000_000),
    loginAttempts: number('GEOMIG_LOGIN_ATTEMPTS', 1, 1_000),
    trustedProxies: read('GEOMIG_TRUSTED_PROXIES', networks) ?? [],
    insecureHttp: read('GEOMIG_INSECURE_HTTP', onOff) ?? false,
    smtpUrl: address('GEOMIG_SMTP_URL', ['smtp:', 'smtps:']),
    limits: {
      pool: number('GEOMIG_POOL', 1, 1_000),
      deadline: number('GEOMIG_DEADLINE', 1, 3_600),
      body: bytes('GEOMIG_MAX_BODY'),
      transactionBody: bytes('GEOMIG_MAX_TRANSACTION'),
      upload: bytes('GEOMIG_MAX_UPLOAD'),
      mapSize: number('GEOMIG_MAX_MAP_SIZE', 16, 32_768),
      draws: number('GEOMIG_DRAWS', 0, 1_000),
      queue: number('GEOMIG_QUEUE', 0, 100_000),
      rate: number('GEOMIG_RATE', 0, 1_000_000),
    },
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function isSetting(name: string): name is Name {
  return settings.some(setting => setting.name === name);
}

function readEnvironment(environment: ConfigSources['environment'], problems: string[]): Partial<Record<Name, string>> {
  const given: Partial<Record<Name, string>> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    if (isSetting(name)) {
      if (value.trim() !== '') given[name] = value;
    } else if (name.startsWith('GEOMIG_') && !internal.has(name) && !name.startsWith(internalPrefix)) {
      problems.push(`${name} is not a setting of GeoMIG${suggestion(name)}`);
    }
  }
  return given;
}

function readFile(directory: string, problems: string[]): Partial<Record<Name, string>> {
  const file = resolve(directory, 'geomig.config.json');
  if (!existsSync(file)) return {};
  const given: Partial<Record<Name, string>> = {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    problems.push(`${file} is not valid JSON`);
    return given;
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`${file} must hold one object of settings`);
    return given;
  }
  for (const [name, value] of Object.entries(content)) {
    if (!isSetting(name)) problems.push(`${file}: ${name} is not a setting of GeoMIG${suggestion(name)}`);
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') given[name] = String(value);
    else problems.push(`${file}: ${name} must be a text, a number or a switch`);
  }
  return given;
}

/** The setting that a mistyped name most likely means. */
function suggestion(name: string): string {
  const letters = (text: string): string => text.toUpperCase().replace(/[^A-Z]/g, '');
  const near = settings.find(setting => letters(setting.name) === letters(name) || distance(letters(setting.name), letters(name)) <= 2);
  return near ? `; did you mean ${near.name}?` : '';
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

function whole(text: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw new Error(`"${text}" is not a whole number from ${least} to ${most}`);
  return value;
}

function onOff(text: string): boolean {
  if (/^(?:on|1|true)$/i.test(text)) return true;
  if (/^(?:off|0|false)$/i.test(text)) return false;
  throw new Error(`"${text}" is not a switch, use on or off`);
}

function size(text: string): number {
  const match = /^(\d{1,9})\s*(k|m|g|t)?i?b?$/i.exec(text);
  if (!match) throw new Error(`"${text}" is not a size such as 500MB`);
  return Number(match[1]) * 1024 ** ' kmgt'.indexOf((match[2] ?? ' ').toLowerCase());
}

function url(text: string, schemes: readonly string[]): string {
  if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol))
    throw new Error(`the value is not an address that begins with ${schemes.map(scheme => `${scheme}//`).join(' or ')}`);
  return text;
}

function instant(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new Error(`"${text}" is not an instant such as 2026-06-15T10:00:00Z`);
  return new Date(time).toISOString();
}

function tileCache(text: string, data: string, directory: string): TileCache | null {
  if (text === '') return { directory: resolve(data, 'tiles'), bytes: 1024 ** 3 };
  if (/^(?:off|0|false)$/i.test(text)) return null;
  const match = /^(.+?)[\s,]+(\d+\s*[kmgt]?i?b?)$/i.exec(text);
  const place = match?.[1] ?? text;
  return { directory: resolve(directory, place), bytes: match?.[2] ? size(match[2]) : 1024 ** 3 };
}

const networkWord = /^(?:loopback|linklocal|uniquelocal)$/i;

function isNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && most > 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most));
}

function networks(text: string): readonly string[] {
  const list = text.split(/[\s,]+/).filter(Boolean);
  for (const one of list)
    if (!networkWord.test(one) && !isNetwork(one)) throw new Error(`"${one}" is not an address or network such as 10.0.0.0/8`);
  return list;
}
