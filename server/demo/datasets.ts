// One dataset for every policy of the charter, each with its record, its style and its grants; in the order they are drawn.
import type { DemoDataset } from './dataset';
import { openDatasets } from './datasets-open';
import { partnerDatasets } from './datasets-partners';

export type { DemoDataset } from './dataset';
export const demoDatasets: readonly DemoDataset[] = [...openDatasets, ...partnerDatasets];
