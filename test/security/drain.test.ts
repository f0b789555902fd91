// SIGTERM to the real program (F6, SEC13): not ready first, then nothing is accepted, what runs ends, exit code 0.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import { ask } from '../setup/server';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('the program', () => {
  let data: string;
  let child: ChildProcess;
  let ended: Promise<number | NodeJS.Signals | null>;
  let output = '';
  let address = '';

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'geomig-drain-'));
    const stray = join(data, 'stray.cjs');
    writeFileSync(stray, `process.on('SIGUSR2', () => void Promise.reject(new Error('nobody waits for this')));`);
    child = spawn(process.execPath, ['--require', stray, join(projectRoot, 'server', 'start.cjs')], {
      cwd: data,
      env: {
        ...process.env,
        GEOMIG_PORT: '0',
        GEOMIG_DATA: data,
        GEOMIG_DEMO: 'off',
        DATABASE_URL: '',
        GEOMIG_CLOCK: '2026-06-15T10:00:00Z',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // whatever happens to the test, its process does not stay
      timeout: 110_000,
      killSignal: 'SIGKILL',
    });
    ended = new Promise(resolve => child.once('close', (code, signal) => resolve(code ?? signal)));
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    for (let i = 0; i < 900 && address === ''; i++) {
      address = /GeoMIG est prêt : (http:\/\/[^/\s]+)\//.exec(output)?.[1] ?? '';
      if (child.exitCode !== null) throw new Error(`ended at the start: ${output}`);
      await pause(100);
    }
    if (address === '') throw new Error(`does not say where it is: ${output}`);
  }, 100_000);
  afterAll(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    rmSync(data, { recursive: true, force: true });
  });

  test('lives on when a failure reaches nobody, and tells its log', async () => {
    child.kill('SIGUSR2');
    for (let i = 0; i < 100 && !output.includes('nobody waits for this'); i++) await pause(100);
    expect(output).toMatch(/nobody waits for this.*defect/);
    expect((await ask(address, '/readyz', {})).status).toBe(200);
  });

  test('is ready, then drains', async () => {
    expect((await ask(address, '/readyz', {})).status).toBe(200);
    // a request in the middle of its body when the signal comes
    const body = '<csw:GetCapabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW"/>';
    const call = httpRequest(`${address}/csw`, { method: 'POST', headers: { 'content-type': 'text/xml', 'content-length': body.length } });
    const answered = new Promise<IncomingMessage>((resolve, reject) => call.once('response', resolve).once('error', reject));
    call.write(body.slice(0, 20));
    await pause(200);

    child.kill('SIGTERM');
    let readiness = 200;
    for (let i = 0; i < 40 && readiness === 200; i++) {
      readiness = (await ask(address, '/readyz', {})).status;
      await pause(20);
    }
    expect(readiness).toBe(503);
    expect((await ask(address, '/healthz', {})).status).toBe(200);
    let refused = '';
    for (let i = 0; i < 200 && refused === ''; i++) {
      refused = await ask(address, '/healthz', {}).then(
        () => '',
        (error: NodeJS.ErrnoException) => error.code ?? 'unknown',
      );
      await pause(20);
    }
    expect(refused).toBe('ECONNREFUSED');

    call.end(body.slice(20));
    const response = await answered;
    expect(response.statusCode).toBe(200);
    expect(response.headers.connection).toBe('close');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(text).toContain('</csw:Capabilities>');
    expect(await ended).toBe(0);
    expect(output).toContain('SIGTERM');
  }, 60_000);
});
