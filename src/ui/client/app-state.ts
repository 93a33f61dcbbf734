import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AppState } from '../../protocol/page-calls.ts';

const Context = createContext<AppState | undefined>(undefined);

export const AppStateProvider = Context.Provider;

/** The background's state. Only for components inside the provider. */
export function useAppState(): AppState {
  const state = useContext(Context);
  if (state === undefined) throw new Error('useAppState outside its provider');
  return state;
}
