// What the tests of real clients share: the whole server with the clients' world, a note of every request it was asked, the task a script is given,
// and how its checks are looked at. Calls beforeAll and afterAll of the file that asks for it.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accounts, testServer, type TestServer } from '../setup/server';
import { runClient, type Task, type Way } from './run';
import { clientWorld, furnitureCount, laneCount, sights } from './world';

export type Who = keyof typeof sights;

export class ClientServer {
  #server: TestServer | null = null;
  /** Requests since the last script was begun. */
  asked: { readonly url: string; readonly status: number }[] = [];

  constructor(name: string) {
    const note = (message: unknown): void => {
      const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
      const { url = '' } = request;
      response.on('finish', () => this.asked.push({ url, status: response.statusCode }));
    };
    let folder = '';
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), `geomig-${name}-`));
      subscribe('http.server.request.start', note);
      this.#server = await testServer({ world: clientWorld(folder), environment: { GEOMIG_LOGIN_ATTEMPTS: '1000' } });
    }, 120_000);
    afterAll(async () => {
      unsubscribe('http.server.request.start', note);
      await this.#server?.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get mig(): TestServer {
    if (!this.#server) throw new Error('the server has not been started');
    return this.#server;
  }

  task(way: Way, who: Who, more: Partial<Task> = {}): Task {
    const account = who === 'anonymous' ? null : accounts[who];
    return {
      url: this.mig.address,
      way,
      login: account?.login ?? '',
      key: account?.key ?? '',
      wrong: false,
      types: sights[who].types,
      layers: sights[who].layers,
      records: [],
      furniture: furnitureCount,
      lanes: laneCount,
      insider: who === 'nanterre',
      versions: [],
      ...more,
    };
  }

  /** Runs a script: none of its checks fails, and there are at least so many. */
  async run(script: string, given: Task, least: number): Promise<void> {
    this.asked = [];
    const checks = await runClient(script, given);
    expect(checks.filter(check => !check.ok).map(({ name, detail }) => `${name} — ${detail}`)).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(least);
  }
}
