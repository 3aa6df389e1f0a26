import express from 'express';
express().listen({ port: 8080 });
