/**
 * What a page may load and reach: its own files and the lab, nothing else, and no code or style that is not a file.
 * @param lab where its WebSocket is (`ws://127.0.0.1:8080`); none where messages travel another way
 */
export function contentSecurityPolicy(lab?: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${lab === undefined ? '' : ` ${lab}`}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Headers of every answer, whatever carries the page. */
export const pageHeaders = (lab?: string): Record<string, string> => ({
  'Content-Security-Policy': contentSecurityPolicy(lab),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=()',
})
