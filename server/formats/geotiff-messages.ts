// What passes between the reader of coverages and its threads.
import type { CellGrid } from '../core/model/coverage';
import type { FaultKind, Words } from '../core/model/fault';
import type { CellsRequest, CoverageDescription, DescribeOptions } from '../core/ports/coverage-files';

export type GeoTiffRequest =
  | { readonly id: number; readonly ask: 'describe'; readonly path: string; readonly options: DescribeOptions }
  | { readonly id: number; readonly ask: 'cells'; readonly request: CellsRequest };

export type GeoTiffReply =
  | { readonly id: number; readonly description: CoverageDescription }
  | { readonly id: number; readonly cells: CellGrid }
  | {
      readonly id: number;
      readonly fault: { readonly kind: FaultKind; readonly locator: string; readonly text: Words; readonly retryAfter: number | null };
    }
  | { readonly id: number; readonly defect: string };
