/** How a state feels: it works, it is on its way, it does not, or it needs the person. */
export type Tone = 'good' | 'busy' | 'off' | 'bad';
