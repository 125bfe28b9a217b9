/* A worker keeps its beat where a page in the background is slowed down to once a minute. */
"use strict";
setInterval(() => postMessage(""), 10000);
