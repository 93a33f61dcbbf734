/** Whether windows can be shown to somebody. */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform === 'darwin' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}
