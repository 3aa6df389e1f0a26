/** What somebody may put where a page shows it: markup, scripts, addresses, what confuses layouts and terminals. */
export const hostileTexts: readonly string[] = [
  "<script>pwned()</script>",
  "<img src=x onerror=pwned()>",
  '"><svg onload=pwned()>',
  "javascript:pwned()",
  "</title><script>pwned()</script>",
  "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
  "{constructor.constructor('pwned()')()}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: meant as it is
  "${pwned()} <b>bold</b> &lt;i&gt;",
  "<style>body{display:none}</style>",
  "data:text/html,<script>pwned()</script>",
  "\u202Egnp.exe right to left",
  "a".repeat(3000),
];
