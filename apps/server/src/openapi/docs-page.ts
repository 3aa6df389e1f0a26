/** The page that browses the API; its scripts come from this server. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AgentPod API</title>
<link rel="icon" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/docs.js"></script>
</body>
</html>
`;

/** Starts Swagger UI on the API's own document. */
export const docsScript = (base: string): string =>
  `SwaggerUIBundle({ url: ${JSON.stringify(`${base}/openapi.json`)}, dom_id: "#docs", deepLinking: true });\n`;
