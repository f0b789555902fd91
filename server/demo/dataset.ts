// What a dataset of the demonstration is, and the grants they share.
import type { Text } from '../core/model/text';
import type { DatasetEntry, GrantEntry } from '../partnership/file';
import type { DemoFeature } from './layers';
import type { RuleLook } from './styles';
import type { Town } from './town';

export interface DemoDataset {
  readonly code: string;
  readonly type: string;
  readonly title: Text;
  readonly abstract: Text;
  readonly topic: string;
  readonly keywords: readonly string[];
  readonly themes?: readonly string[];
  readonly lineage: string;
  readonly rules: string;
  readonly scale: number;
  readonly limitation: string;
  readonly features: (towns: readonly Town[]) => readonly DemoFeature[];
  readonly look: readonly RuleLook[];
  readonly entry: Partial<DatasetEntry> & Pick<DatasetEntry, 'kind' | 'state'>;
  readonly record?: { readonly visibility: 'partners' | 'owner'; readonly reason: string };
}

export const read: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
export const open: readonly GrantEntry[] = [{ audience: 'public', actions: read }];
export const partners: readonly GrantEntry[] = [{ audience: 'partners', actions: read }];
export const notInspire = 'hors champ INSPIRE';
export const synthetic =
  'Données de synthèse, produites par le générateur de la démonstration à partir des centres, populations et superficies des communes.';
