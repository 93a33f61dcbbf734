import { keepBytes, keepDays } from '../../protocol/page-calls/storage.ts';
import type { KeepRule } from '../../protocol/page-calls.ts';
import { sizeInWords } from '../format/bytes.ts';
import { language, t, tn } from '../i18n/i18n.ts';
import { Select } from './select.tsx';

interface KeepRuleFieldsProps {
  rule: KeepRule;
  onChange: (rule: KeepRule) => void;
}

/** For how long, and how much, of what others publish is kept. */
export function KeepRuleFields({ rule, onChange }: KeepRuleFieldsProps) {
  return (
    <>
      <Select
        label={t('keep_days_label')}
        value={String(rule.days)}
        choices={keepDays.map((days) => ({
          value: String(days),
          label: days === null ? t('keep_always') : tn('keep_days', days),
        }))}
        onChange={(value) => onChange({ ...rule, days: chosen(keepDays, value) })}
      />
      <Select
        label={t('keep_bytes_label')}
        hint={t('keep_hint')}
        value={String(rule.bytes)}
        choices={keepBytes.map((bytes) => ({
          value: String(bytes),
          label: bytes === null ? t('keep_any_size') : sizeInWords(bytes, language),
        }))}
        onChange={(value) => onChange({ ...rule, bytes: chosen(keepBytes, value) })}
      />
    </>
  );
}

function chosen<Choice extends number | null>(choices: readonly Choice[], value: string) {
  return choices.find((choice) => String(choice) === value) ?? null;
}
