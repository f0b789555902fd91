// What an operator watches (surface § 1): requests, their durations and bytes, queues, connections, the event loop, memory, in the text form of
// Prometheus. Labels are a closed set – service, operation, class of status, kind – and never name a layer, an account or a key. A request
// costs a few additions; everything else is reckoned when it is asked for.
import { monitorEventLoopDelay, performance, type EventLoopUtilization, type IntervalHistogram } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Fault } from '../core/model/fault';
import { bareOperation, type Endpoint, type Operation } from '../services/ows/operation';
import { problem } from './problem';
import { loopback } from './proxies';

/** What the edge tells of requests. */
export interface Meter {
  arrived(): void;
  left(): void;
  /** `status` 0: no answer left the server. */
  answered(operation: Operation | null, status: number, bytes: number, milliseconds: number): void;
}

/** Sizes that are looked up when they are asked for; null: not there (the database is not open yet). */
export interface MetricSources {
  /** Requests that have a place, and those that wait for one. */
  readonly turns: () => { readonly running: number; readonly waiting: number } | null;
  /** Pictures that wait for a drawing thread, and those that threads have. */
  readonly drawing: () => { readonly waiting: number; readonly drawing: number; readonly threads: number } | null;
  readonly connections: () => { readonly open: number; readonly idle: number; readonly waiting: number } | null;
}

/** Upper bounds in seconds. */
const buckets: readonly number[] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** First digit of the status; 0 stands for an answer that never left. */
const classes = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

type Label = 'service' | 'operation' | 'status';

/** What has been counted of one operation and class. */
class Series {
  readonly counts = new Float64Array(buckets.length + 1);
  sum = 0;
  bytes = 0;

  add(seconds: number, bytes: number): void {
    let at = 0;
    while (at < buckets.length && seconds > (buckets[at] ?? Infinity)) at++;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += seconds;
    this.bytes += bytes;
  }
}

/** The series of one operation, by class. */
interface Kept {
  readonly labels: { readonly service: string; readonly operation: string };
  readonly series: (Series | undefined)[];
}

const unread = { service: 'none', operation: 'none' } as const;

declare module 'prom-client' {
  // what the registry prints; the package's types leave it out
  interface Histogram<T extends string = string> {
    getForPromString(): ReturnType<Histogram<T>['get']>;
  }
}

type HistogramValues = Awaited<ReturnType<Histogram<Label>['get']>>;

const name = 'geomig_http_request_duration_seconds';
const help = 'Requests by operation and class of status, from their arrival to the last byte.';

/** A histogram whose numbers are kept beside it. */
class KeptHistogram extends Histogram<Label> {
  readonly #values: () => HistogramValues['values'];

  constructor(registry: Registry, values: () => HistogramValues['values']) {
    super({
      name,
      help,
      labelNames: ['service', 'operation', 'status'],
      buckets: [...buckets],
      registers: [registry],
    });
    this.#values = values;
  }

  override async getForPromString(): Promise<HistogramValues> {
    return { ...(await super.getForPromString()), values: this.#values() };
  }
}

export class Metrics implements Meter {
  readonly #registry = new Registry();
  readonly #operations = new Map<Operation | null, Kept>();
  readonly #delay: IntervalHistogram;
  #inFlight = 0;
  #used: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(sources: MetricSources) {
    this.#delay = monitorEventLoopDelay({ resolution: 20 });
    this.#delay.enable();
    const registers = [this.#registry];
    new KeptHistogram(this.#registry, () => this.#durations());
    this.#counter('geomig_http_response_bytes_total', 'Bytes of bodies sent.', counter => this.#bytes(counter));
    this.#gauge('geomig_http_requests_in_flight', 'Requests under way.', () => this.#inFlight);
    const sized = <Kind extends string>(name: string, help: string, read: () => Readonly<Record<Kind, number>> | null): void => {
      new Gauge<'kind'>({
        name,
        help,
        labelNames: ['kind'],
        registers,
        collect() {
          this.reset();
          for (const [kind, value] of Object.entries<number>(read() ?? ({} as Record<Kind, number>))) this.set({ kind }, value);
        },
      });
    };
    sized('geomig_turns', 'Requests that have a place, and those that wait for one.', sources.turns);
    sized('geomig_drawing', 'Pictures that wait, pictures given to threads, threads.', sources.drawing);
    sized('geomig_database_connections', 'Connections of the pool, and requests that wait for one.', sources.connections);
    sized('geomig_event_loop_delay_seconds', 'Delay of the event loop since it was last asked for.', () => this.#delays());
    sized('geomig_memory_bytes', 'Memory of the process.', memory);
    this.#gauge('geomig_event_loop_utilization', 'Part of the time in which the event loop was busy, since it was last asked for.', () =>
      this.#utilization(),
    );
    this.#counter('process_cpu_seconds_total', 'Processor time of the process with its threads.', counter => {
      const { user, system } = process.cpuUsage();
      counter.inc((user + system) / 1e6);
    });
    this.#gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
    this.#gauge('process_start_time_seconds', 'When the process began, since 1970.', () => performance.timeOrigin / 1000);
  }

  arrived(): void {
    this.#inFlight++;
  }

  left(): void {
    this.#inFlight--;
  }

  answered(operation: Operation | null, status: number, bytes: number, milliseconds: number): void {
    let kept = this.#operations.get(operation);
    if (!kept) this.#operations.set(operation, (kept = { labels: operation ? labelsOf(operation) : unread, series: [] }));
    const place = Math.min(5, Math.floor(status / 100));
    (kept.series[place] ??= new Series()).add(milliseconds / 1000, bytes);
  }

  readonly contentType: string = this.#registry.contentType;

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#delay.disable();
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #counter(name: string, help: string, fill: (counter: Counter<Label>) => void): void {
    new Counter<Label>({
      name,
      help,
      labelNames: ['service', 'operation', 'status'],
      registers: [this.#registry],
      collect() {
        this.reset();
        fill(this);
      },
    });
  }

  *#each(): Generator<readonly [Record<Label, string>, Series]> {
    for (const { labels, series } of this.#operations.values())
      for (const [place, one] of series.entries()) if (one) yield [{ ...labels, status: classes[place] ?? 'none' }, one];
  }

  #durations(): HistogramValues['values'] {
    return [...this.#each()].flatMap(([labels, { counts, sum }]) => {
      let total = 0;
      const below = [...buckets, '+Inf'].map((le, i) => {
        total += counts[i] ?? 0;
        return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
      });
      return [
        ...below,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: total },
      ] as HistogramValues['values'];
    });
  }

  #bytes(counter: Counter<Label>): void {
    for (const [labels, { bytes }] of this.#each()) counter.inc(labels, bytes);
  }

  #delays(): Record<'mean' | 'p50' | 'p99' | 'max', number> {
    const seconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
    const { mean, max } = this.#delay;
    const told = {
      mean: seconds(mean),
      p50: seconds(this.#delay.percentile(50)),
      p99: seconds(this.#delay.percentile(99)),
      max: seconds(max),
    };
    this.#delay.reset();
    return told;
  }

  #utilization(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#used);
    this.#used = now;
    return Number.isFinite(utilization) ? utilization : 0;
  }
}

const labelsOf = ({ service, name }: Operation): Kept['labels'] => ({ service, operation: name });

function memory(): Record<'rss' | 'heap_used' | 'heap_total' | 'external' | 'array_buffers', number> {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  return { rss, heap_used: heapUsed, heap_total: heapTotal, external, array_buffers: arrayBuffers };
}

/** `/metrics` on the main port: for this machine only, and not through a proxy, which would make everybody look like this machine. */
export function metricsEndpoint(metrics: Metrics): Endpoint {
  const forwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];
  const operation = bareOperation({
    service: 'SYSTEM',
    name: 'Metrics',
    none: 'it tells numbers of the server, to this machine only',
    run: async input => {
      if (!loopback(input.remote) || forwarded.some(name => input.header(name) !== undefined))
        throw new Fault('unknown-id', '', 'not found');
      return { type: metrics.contentType, access: 'restricted', body: await metrics.text() };
    },
  });
  return { path: '/metrics', methods: ['GET'], operations: [operation], select: () => operation, fault: problem, bodyLimit: 0 };
}
