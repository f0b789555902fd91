// The standard texts of the charter (T1–T5) as capabilities use them: French constants that are never translated (R25, R50).
import { standardTexts } from '../../../schemas/codelists/standard-texts';

/** T1, the mention. */
export const mentionText = standardTexts.T1;

/** What capabilities say under AccessConstraints: T2–T5. T1 stands in the abstracts. */
export const constraintTexts: readonly string[] = [standardTexts.T2, standardTexts.T3, standardTexts.T4, standardTexts.T5];

/** Suffix of the title of data whose owner has withdrawn (R08). */
export const frozenSuffix = ' (gelée)';
