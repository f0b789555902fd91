/**
 * Bundles the TypeScript entry points with esbuild into node_modules/.cache/geomig/build-<hash> (packages stay external)
 * and returns that directory. The hash covers names, sizes and times of the sources, so an unchanged tree costs a directory scan;
 * the directory is renamed into place, so that two processes that build at once do not see half of it.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const cache = path.join(root, 'node_modules', '.cache', 'geomig');
const folders = ['server', 'catalogue', 'migrations', 'schemas', 'viewer'];
/** Entry points: each one becomes <name>.js beside the others; workers are started from them. */
const entries = {
  main: 'server/main.ts',
  cli: 'server/cli/cli.ts',
  'engine-worker': 'server/store/engine-worker.ts',
  'gpkg-worker': 'server/formats/gpkg-worker.ts',
  'geotiff-worker': 'server/formats/geotiff-worker.ts',
  'draw-worker': 'server/maps/draw/draw-worker.ts',
};

function fingerprint() {
  const hash = createHash('sha256');
  const visit = folder => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(full);
      else if (/\.(ts|json|cjs|css|html|svg)$/.test(entry.name)) {
        const stat = fs.statSync(full);
        hash.update(`${full} ${stat.size} ${stat.mtimeMs}\n`);
      }
    }
  };
  for (const folder of folders) visit(path.join(root, folder));
  hash.update(process.version);
  return hash.digest('hex').slice(0, 16);
}

/** The viewer's page, script and style sheet, for the browser. */
function buildViewer(outdir) {
  const entry = path.join(root, 'viewer', 'main.ts');
  if (!fs.existsSync(entry)) return;
  require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: { viewer: entry },
    outdir,
    bundle: true,
    platform: 'browser',
    target: ['es2022'],
    format: 'esm',
    // what is loaded when first used lies in files of its own
    splitting: true,
    chunkNames: 'viewer-[name]-[hash]',
    minify: true,
    sourcemap: false,
    loader: { '.svg': 'dataurl', '.woff2': 'file', '.png': 'dataurl' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const name of fs.readdirSync(path.join(root, 'viewer'))) {
    if (/\.(html|svg)$/.test(name)) fs.copyFileSync(path.join(root, 'viewer', name), path.join(outdir, name));
  }
}

exports.build = function build() {
  const target = path.join(cache, `build-${fingerprint()}`);
  if (fs.existsSync(target)) return target;
  const temporary = fs.mkdtempSync((fs.mkdirSync(cache, { recursive: true }), path.join(cache, 'tmp-')));
  const present = Object.fromEntries(Object.entries(entries).filter(([, file]) => fs.existsSync(path.join(root, file))));
  require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: present,
    outdir: temporary,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  buildViewer(path.join(temporary, 'viewer'));
  try {
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true });
    if (!fs.existsSync(target)) throw error;
  }
  for (const name of fs.readdirSync(cache)) {
    const old = path.join(cache, name);
    if (/^(build|tmp)-/.test(name) && old !== target && Date.now() - fs.statSync(old).mtimeMs > 86_400_000)
      fs.rmSync(old, { recursive: true, force: true });
  }
  return target;
};
