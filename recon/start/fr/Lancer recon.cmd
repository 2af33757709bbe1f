@echo off
chcp 65001 >nul
setlocal EnableExtensions DisableDelayedExpansion
title recon
rem The dossier is this file's own; "pushd" takes a network share too, and cmd reads no name again.
pushd "%~dp0"
if errorlevel 1 echo Ce dossier ne peut pas être ouvert. & pause & exit /b 2
set "PYTHONUTF8=1"
set "PYTHONSAFEPATH=1"
set "RECON="
where "$PATH:recon" >nul 2>nul && set "RECON=recon"
if not defined RECON py -m recon --version >nul 2>nul && set "RECON=py -m recon"
if not defined RECON python -m recon --version >nul 2>nul && set "RECON=python -m recon"
if not defined RECON echo recon n’est pas installé sur ce poste : demander à votre service informatique. & pause & popd & exit /b 2
call %RECON% lancer .
set "CODE=%ERRORLEVEL%"
popd
echo.
if "%CODE%"=="0" echo Terminé : le rapport est dans le dossier « rapports ».
if "%CODE%"=="1" echo Terminé, mais des lignes ou des fichiers ont été refusés : voir « À corriger » ci-dessus.
if "%CODE%"=="2" echo Rien n’est fait : la commande, recon.toml ou un profil est à corriger, voir ci-dessus.
if "%CODE%"=="3" echo Aucun fichier n’a pu être lu : en déposer dans inscriptions, conventions, titres et paiements. Voir A_LIRE.txt.
if "%CODE%"=="4" echo Un contrôle est faux : ne pas utiliser le rapport.
if "%CODE%"=="5" echo Le rapport n’a pas pu être écrit : fermer les fichiers ouverts, puis recommencer.
if "%CODE%"=="70" echo Défaut de recon : transmettre le fichier indiqué ci-dessus.
if "%CODE%"=="130" echo Interrompu.
echo.
echo Appuyer sur une touche pour fermer cette fenêtre.
pause >nul
exit /b %CODE%
