// The import law, executed: every import of the sources is parsed, and any edge that the plan of the house does not draw fails.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../server/root';

/** Rooms of the core from left to right: each may use those to its left. */
const core = ['core/model', 'core/xml', 'core/filter', 'core/policy', 'core/query', 'core/ports'];

/** wing → what it may import besides itself, `server/root` and the data of `schemas/`. */
const law: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(core.map((room, place) => [room, core.slice(0, place)])),
  store: ['core'],
  formats: ['core'],
  maps: ['core'],
  catalogue: ['core'],
  'services/ows': ['core', 'formats', 'maps', 'catalogue'],
  services: ['core', 'formats', 'maps', 'catalogue', 'services/ows'],
  partnership: ['core', 'formats', 'catalogue'],
  http: ['core', 'services', 'partnership', 'catalogue'],
  app: ['core', 'services', 'http', 'maps', 'catalogue', 'partnership', 'formats'],
  compose: ['core', 'store', 'services', 'http', 'maps', 'catalogue', 'partnership', 'formats', 'app', 'config', 'migrations', 'demo'],
  main: ['compose', 'config', 'core', 'app'],
  cli: ['compose', 'config', 'core', 'partnership', 'formats', 'catalogue', 'app'],
  config: ['core'],
  migrations: ['core'],
  schemas: ['core/model'],
  demo: ['core', 'partnership'],
  viewer: [],
};

function filesBelow(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : /\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** The wing a file belongs to, as the law names it. */
function wingOf(path: string): string {
  if (!path.startsWith('server/')) return path.split('/')[0] ?? path;
  const [first = '', second = '', ...rest] = path.slice('server/'.length).split('/');
  if (second === '') return first.replace(/\.ts$/, '');
  if (first === 'core') return `core/${second}`;
  if (first === 'services') return second === 'ows' ? 'services/ows' : rest.length > 0 ? `services/${second}` : 'services';
  return first;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

function importsOf(path: string): Edge[] {
  const source = ts.createSourceFile(path, readFileSync(join(projectRoot, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const edges: Edge[] = [];
  const add = (node: ts.Node, text: string): void => {
    edges.push({ from: path, to: text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      add(node, node.moduleSpecifier.text);
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) add(node, argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edges;
}

/** What is wrong with an edge, null when it is lawful. */
function violation({ from, to }: Edge): string | null {
  const wing = wingOf(from);
  if (!to.startsWith('.')) {
    const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : to.split('/')[0];
    if ((name === 'pg' || name === 'knex' || name === 'pg-copy-streams') && wing !== 'store' && wing !== 'migrations')
      return `${name} outside store and migrations`;
    if (name === 'express' && wing !== 'http' && wing !== 'app') return 'express outside http and app';
    return null;
  }
  const target = relative(projectRoot, resolve(projectRoot, dirname(from), to));
  if (target === 'server/root' || target.startsWith('schemas/')) return null;
  const reached = wingOf(/\.(ts|json)$/.test(target) ? target : `${target}.ts`);
  if (reached === wing) return null;
  const allowed = law[wing.startsWith('services/') && wing !== 'services/ows' ? 'services' : wing];
  if (!allowed) return `${wing} is no room of the plan`;
  const lawful = allowed.some(
    name => reached === name || (name === 'core' || name === 'services' ? reached.startsWith(`${name}/`) : false),
  );
  return lawful && !(wing.startsWith('services/') && reached.startsWith('services/') && reached !== 'services/ows')
    ? null
    : `${wing} may not import ${reached}`;
}

const files = ['server', 'catalogue', 'migrations', 'schemas', 'viewer'].flatMap(filesBelow);

test('every import is an edge of the plan', () => {
  const broken = files.flatMap(importsOf).flatMap(edge => {
    const why = violation(edge);
    return why === null ? [] : [`${edge.from}:${edge.line} imports ${edge.to}: ${why}`];
  });
  expect(broken).toEqual([]);
});

test('the law is able to catch', () => {
  expect(violation({ from: 'server/services/wfs/operations.ts', to: '../../store/database', line: 1 })).toMatch(/may not import store/);
  expect(violation({ from: 'server/services/wfs/operations.ts', to: '../csw/requests', line: 1 })).toMatch(/may not import services\/csw/);
  expect(violation({ from: 'server/core/filter/check.ts', to: '../query/plan', line: 1 })).toMatch(/may not import core\/query/);
  expect(violation({ from: 'server/services/wms/operations.ts', to: 'pg', line: 1 })).toMatch(/pg outside/);
  expect(violation({ from: 'server/core/query/plan.ts', to: '../filter/check', line: 1 })).toBeNull();
});

/** Every node of a file, depth first. */
function* nodesOf(path: string): Generator<ts.Node> {
  const pending: ts.Node[] = [ts.createSourceFile(path, readFileSync(join(projectRoot, path), 'utf8'), ts.ScriptTarget.Latest, true)];
  for (let node = pending.pop(); node; node = pending.pop()) {
    yield node;
    ts.forEachChild(node, child => void pending.push(child));
  }
}

test('no default exports, no any, no switched-off checks in the sources', () => {
  const found = files.flatMap(path => {
    const nodes = [...nodesOf(path)];
    return [
      ...(nodes.some(node => node.kind === ts.SyntaxKind.AnyKeyword) ? [`${path}: any`] : []),
      ...(nodes.some(
        node => ts.isExportAssignment(node) || (node.kind === ts.SyntaxKind.DefaultKeyword && ts.isFunctionDeclaration(node.parent)),
      )
        ? [`${path}: default export`]
        : []),
      ...(/eslint-disable|@ts-(?:ignore|nocheck|expect-error)/.test(readFileSync(join(projectRoot, path), 'utf8'))
        ? [`${path}: a check switched off`]
        : []),
    ];
  });
  expect(found).toEqual([]);
});
