import { render } from 'preact';
import { place } from '../ui/browser/place.ts';
import { tellOfUse } from '../ui/client/still-here.ts';
import { language } from '../ui/i18n/i18n.ts';
import { App } from './app.tsx';

document.documentElement.lang = language;
document.documentElement.dataset['place'] = place;

tellOfUse();

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
