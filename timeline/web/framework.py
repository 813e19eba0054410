"""The one door to FastAPI: what the rooms of the service use of it, by its own names."""

from fastapi import APIRouter, FastAPI, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi

__all__ = ["APIRouter", "FastAPI", "Header", "Path", "Query", "Request", "RequestValidationError", "get_openapi"]
