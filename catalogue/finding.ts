// What is wrong with a record, where, and what to do: the one shape of a validation result.
import type { Text } from '../server/core/model/text';

export interface Finding {
  /** An error keeps a dataset's record from being published (R18); a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Stable code, `title.missing`. */
  readonly code: string;
  /** Field of the partnership file that mends it. */
  readonly field: string;
  readonly message: Text;
  /** Path in the ISO 19139 document. */
  readonly xpath: string;
  readonly remedy: Text;
  /** Charter rule it follows from. */
  readonly rule: string;
}

export const errorsOf = (findings: readonly Finding[]): Finding[] => findings.filter(finding => finding.severity === 'error');
