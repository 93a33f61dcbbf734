import { render } from 'preact';
import { tellOfUse } from '../ui/client/still-here.ts';
import { language, t } from '../ui/i18n/i18n.ts';
import { App } from './app.tsx';

document.documentElement.lang = language;
document.title = t('options_title');

tellOfUse();

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
