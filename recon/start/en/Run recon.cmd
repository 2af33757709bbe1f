@echo off
chcp 65001 >nul
setlocal EnableExtensions DisableDelayedExpansion
title recon
rem The dossier is this file's own; "pushd" takes a network share too, and cmd reads no name again.
pushd "%~dp0"
if errorlevel 1 echo This folder cannot be opened. & pause & exit /b 2
set "PYTHONUTF8=1"
set "PYTHONSAFEPATH=1"
set "RECON="
where "$PATH:recon" >nul 2>nul && set "RECON=recon"
if not defined RECON py -m recon --version >nul 2>nul && set "RECON=py -m recon"
if not defined RECON python -m recon --version >nul 2>nul && set "RECON=python -m recon"
if not defined RECON echo recon is not installed on this machine: ask your IT service. & pause & popd & exit /b 2
call %RECON% run .
set "CODE=%ERRORLEVEL%"
popd
echo.
if "%CODE%"=="0" echo Done: the report is in the folder "rapports".
if "%CODE%"=="1" echo Done, but rows or files were refused: see "To correct" above.
if "%CODE%"=="2" echo Nothing is done: the command, recon.toml or a profile must be corrected, see above.
if "%CODE%"=="3" echo No file could be read: drop some in inscriptions, conventions, titres and paiements. See READ_ME.txt.
if "%CODE%"=="4" echo A control does not hold: do not use the report.
if "%CODE%"=="5" echo The report could not be written: close open files, then try again.
if "%CODE%"=="70" echo A defect of recon: send the file named above.
if "%CODE%"=="130" echo Interrupted.
echo.
echo Press a key to close this window.
pause >nul
exit /b %CODE%
