import type { Code } from '../../protocol/codes.ts';
import { t } from './i18n.ts';

/** What is said below the sentence of a code. */
export function detailWords(code: Code, detail: string): string {
  return code === 'data-newer' ? t('data_newer_needs', detail) : t('error_technical', detail);
}
