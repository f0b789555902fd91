// The coverages of one caller: every question goes through planCoverage() with the decision of the policy, and the area of the grant cuts the cells
// before anybody else holds them (R43).
import type { CellGrid } from '../core/model/coverage';
import { eachRing } from '../core/model/rings';
import { readEwkbHex } from '../core/model/wkb';
import type { CoverageFiles, CoverageReader } from '../core/ports/coverage-files';
import type { CoverageQuery, CoverageSource } from '../core/ports/doors';
import { coverageAreaRows } from '../core/query/coverage-area';
import { planCoverage, type CoveragePlan } from '../core/query/plan';
import type { Database } from './database';
import type { StoreFeatureSource } from './feature-source';

export interface CoverageParts {
  readonly reader: Pick<CoverageReader, 'cells'>;
  readonly files: Pick<CoverageFiles, 'pathOf'>;
}

/** Milliseconds for the shape of an area. */
const areaDeadline = 10_000;

export class StoreCoverageSource implements CoverageSource {
  constructor(
    private readonly database: Database,
    private readonly features: Pick<StoreFeatureSource, 'coverage'>,
    private readonly parts: CoverageParts,
  ) {}

  async cells({ type, action, frame }: CoverageQuery, signal: AbortSignal): Promise<CellGrid> {
    const { coverage, decision } = this.features.coverage(type, action);
    const plan = planCoverage(frame, decision, coverage);
    const clip = await this.#clip(plan, signal);
    return this.parts.reader.cells(
      { path: this.parts.files.pathOf(coverage.file), srid: coverage.srid, transform: coverage.transform, frame, clip },
      signal,
    );
  }

  /** Rings that cells must lie in, in the CRS of the frame; none at all where nothing is let through. */
  async #clip(plan: CoveragePlan, signal: AbortSignal): Promise<readonly Float64Array[] | null> {
    if (plan.area === 'everywhere') return null;
    const statement = coverageAreaRows(plan);
    if (!statement) return [];
    const rows = await this.database.transaction({ role: 'reader', snapshot: true, signal, timeout: areaDeadline }, session =>
      session.rows<{ shape: string | null }>(statement.text, statement.values),
    );
    const shape = rows[0]?.shape ?? null;
    const located = shape === null ? null : readEwkbHex(shape);
    const rings: Float64Array[] = [];
    if (located) eachRing(located.geometry, ring => rings.push(Float64Array.from(ring.flatMap(([x, y]) => [x, y]))));
    return rings;
  }
}
